// What a leader tells the next one about the rules, and what it believes.
#include "actuator/record/rule_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace hotspot::record {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using Fields = std::map<std::string, std::string>;

constexpr std::int64_t kStartMs = 1'800'000'000'000;
WallTime at(int seconds) { return from_unix_ms(kStartMs + 1000 * seconds); }

RuleSubject pending(const std::string& domain) {
  RuleSubject one;
  one.kind = RuleSubject::Kind::kDomain;
  one.node_uuid = "n-1";
  one.domain_uuid = domain;
  one.labels = {{"domain", "web \"1\"\t\n\\"}, {"node", "h1"}};
  one.value = 0.95;
  one.pending_since = at(0);
  one.first_sample_at = at(0);
  one.last_held = one.last_evaluation = at(5);
  one.last_sample = at(4);
  one.measured = 3;
  return one;
}

RuleSubject firing(const std::string& domain) {
  RuleSubject one = pending(domain);
  one.firing_since = at(3);
  return one;
}

RuleState rule_of(std::vector<RuleSubject> subjects) {
  return {.rule = "Hot", .group = "g", .expression = "domain_cpu_ratio > 90%", .subjects = std::move(subjects)};
}

const NewestSamples kNewest{{"n-1", {at(4), at(5)}}};

std::string shown(const RuleSubject& one) {
  const auto ms = [](const std::optional<WallTime>& time) { return time ? to_unix_ms(*time) : -1; };
  Json all = {static_cast<int>(one.kind), one.node_uuid,           one.domain_uuid,         one.labels,
              ms(one.pending_since),      ms(one.first_sample_at), ms(one.firing_since),    ms(one.last_held),
              ms(one.not_held_since),     ms(one.last_sample),     ms(one.last_evaluation), one.measured,
              std::to_string(one.value)};
  for (const RuleSamples& run : one.samples)
    all.push_back({ms(run.first.taken_at), ms(run.first.seen_at), run.last ? ms(run.last->taken_at) : -1,
                   run.last ? ms(run.last->seen_at) : -1, run.count, run.held});
  return all.dump();
}

std::vector<std::string> shown(const std::vector<RuleState>& rules) {
  std::vector<std::string> all;
  for (const RuleState& rule : rules)
    for (const RuleSubject& one : rule.subjects)
      all.push_back(rule.rule + "/" + rule.group + "/" + rule.expression + " " + shown(one));
  std::sort(all.begin(), all.end());
  return all;
}

class RandomStates {
 public:
  explicit RandomStates(unsigned seed) : random_(seed) {}
  std::vector<RuleState> rules() {
    std::vector<RuleState> all;
    for (int i = 0; i < below(4); ++i) {
      RuleState& rule = all.emplace_back();
      rule = {.rule = "rule " + std::to_string(i), .group = text(), .expression = text(), .subjects = {}};
      for (int n = 1 + below(20); n > 0; --n) rule.subjects.push_back(subject());
    }
    return all;
  }
  NewestSamples newest() {
    NewestSamples all;
    for (int i = 0; i < below(3); ++i) all["n-" + std::to_string(i)] = {time(), time()};
    return all;
  }

 private:
  int below(int most) { return static_cast<int>(random_() % static_cast<unsigned>(most)); }
  WallTime time() { return at(below(5)); }
  std::optional<WallTime> perhaps() { return below(2) == 0 ? std::nullopt : std::optional(time()); }
  std::string text() {
    static const std::vector<std::string> kTexts{"", "a", "\"", "\\", "\t\n", "ä→", std::string(1, '\0'), "{}", "<&>"};
    return kTexts[static_cast<std::size_t>(below(static_cast<int>(kTexts.size())))];
  }
  RuleSubject subject() {
    RuleSubject one;
    one.kind = static_cast<RuleSubject::Kind>(below(3));
    if (one.kind != RuleSubject::Kind::kCluster) one.node_uuid = "n-" + std::to_string(below(3));
    if (one.kind == RuleSubject::Kind::kDomain) one.domain_uuid = "d-" + std::to_string(below(1000));
    for (int i = 0; i < below(3); ++i) one.labels["label" + text()] = text();
    one.firing_since = perhaps();
    // That of a pending subject may be left out.
    if (one.firing_since) one.value = std::vector{0.1, -1e300, HUGE_VAL, -HUGE_VAL, std::nan("")}[random_() % 5];
    one.pending_since = time();
    one.first_sample_at = time();
    one.last_held = time();
    one.not_held_since = perhaps();
    one.last_sample = time();
    one.last_evaluation = time();
    one.measured = below(2) == 0 ? 0 : random_() * (~std::uint64_t{0} / random_.max());
    for (int i = 0; i < below(3); ++i) one.samples.push_back(samples());
    return one;
  }
  RuleSamples samples() {
    RuleSamples run{.first = {time(), time()}, .last = {}, .count = 1, .held = random_() % 2};
    if (below(2) == 0) return run;
    run.last = RuleSamples::Times{time(), time()};
    run.count = 64;
    run.held = random_() * (~std::uint64_t{0} / random_.max());
    return run;
  }
  std::mt19937 random_;
};

TEST(RuleState, IsReadAsItWasWritten) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    RandomStates random(seed);
    const auto rules = random.rules();
    const auto fields = rule_state_fields(rules, random.newest());
    for (const auto& [name, text] : fields) ASSERT_TRUE(Json::accept(text)) << name << ": " << text;
    const auto read = rule_state_from(fields);
    ASSERT_TRUE(read.ok()) << seed << ": " << read.error().message;
    ASSERT_EQ(shown(*read), shown(rules)) << seed;
  }
}

TEST(RuleState, OfASubjectThatMerelyStaysDoesNotChange) {
  std::vector<RuleSubject> subjects{pending("d-1"), firing("d-2")};
  const Fields before = rule_state_fields({rule_of(subjects)}, kNewest);
  subjects[0].value = 0.99;
  for (RuleSubject& one : subjects) {
    one.last_held = one.last_evaluation = at(15);
    one.last_sample = at(14);
  }
  Fields after = rule_state_fields({rule_of(subjects)}, {{"n-1", {at(14), at(15)}}});
  EXPECT_NE(after.at(kRuleClockField), before.at(kRuleClockField));
  const auto read = rule_state_from(after);
  ASSERT_TRUE(read.ok()) << read.error().message;
  for (const RuleState& rule : *read)
    for (const RuleSubject& one : rule.subjects) EXPECT_EQ(one.last_held, at(15));
  after[kRuleClockField] = before.at(kRuleClockField);
  EXPECT_EQ(after, before);
  subjects[1].not_held_since = at(16);
  EXPECT_NE(rule_state_fields({rule_of(subjects)}, kNewest), before);
}

TEST(RuleState, OfOneDomainIsInOneFieldWhereverItRuns) {
  RuleSubject moved = pending("d-1");
  moved.labels["vcpu"] = "1";
  moved.node_uuid = "n-2";
  EXPECT_EQ(rule_state_fields({rule_of({pending("d-1"), moved}), rule_of({firing("d-1")})}, kNewest).size(), 2u);
  std::vector<RuleSubject> many;
  for (int i = 0; i < 5000; ++i) many.push_back(pending("d-" + std::to_string(i)));
  const Fields spread = rule_state_fields({rule_of(many)}, kNewest);
  EXPECT_EQ(spread.size(), 257u);
  EXPECT_TRUE(spread.contains(rule_state_field(0)) && spread.contains("rule_state:ff"));
}

TEST(RuleState, WritesWhatIsNotUtf8) {
  RuleSubject odd = firing("d-1");
  odd.labels = {{"domain", "a\xff"}};
  const auto read = rule_state_from(rule_state_fields({rule_of({odd})}, kNewest));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->at(0).subjects.at(0).labels.at("domain"), "a\xef\xbf\xbd");
}

TEST(RuleState, OfNobodyIsNone) {
  EXPECT_TRUE(rule_state_from({})->empty());
  EXPECT_TRUE(rule_state_from({{kRuleClockField, "garbage"}, {"mode", "enforce"}})->empty());
  EXPECT_EQ(rule_state_fields({}, {}), (Fields{{kRuleClockField, "{}"}}));
}

// The subject of a text, of which `change` makes something else.
std::string refusal(const std::function<void(Json&)>& change) {
  Fields fields = rule_state_fields({rule_of({firing("d-1")})}, kNewest);
  auto& [name, text] = *std::prev(fields.end());
  Json all = Json::parse(text);
  change(all["rules"][0]["subjects"][0]);
  text = all.dump();
  const auto read = rule_state_from(fields);
  return read.ok() ? "" : read.error().message;
}

TEST(RuleState, IsRefusedWithASentenceThatSaysWhere) {
  EXPECT_EQ(refusal([](Json&) {}), "");
  EXPECT_EQ(refusal([](Json& subject) { subject["of_a_later_version"] = 7; }), "");
  const std::string sentence = refusal([](Json& subject) { subject["pending_since_ms"] = 99999999999999999; });
  EXPECT_THAT(sentence, HasSubstr("the saved state of the rules cannot be read: rule_state:"));
  EXPECT_THAT(sentence, HasSubstr("rule 'Hot', subject 0: pending_since_ms is not a time"));
  EXPECT_THAT(refusal([](Json& subject) { subject.erase("pending_since_ms"); }), HasSubstr("is missing"));
  const std::vector<std::pair<const char*, Json>> wrong{{"kind", "guest"},
                                                        {"kind", 7},
                                                        {"node", Json::array()},
                                                        {"labels", {{"a", 7}}},
                                                        {"value", "much"},
                                                        {"firing_since_ms", "x"},
                                                        {"firing_since_ms", -1},
                                                        {"last_held_ms", 1.5},
                                                        {"measured", -1},
                                                        {"samples", 7},
                                                        {"samples", {7}},
                                                        {"samples", {{1, 2}}},
                                                        {"samples", {{1, 2, "2"}}},
                                                        {"samples", {{1, 2, ""}}},
                                                        {"samples", {{1, 2, "11"}}},
                                                        {"samples", {{1, 2, 3, 4, std::string(65, '1')}}},
                                                        {"samples", {{1, -2, "1"}}},
                                                        {"samples", std::vector<Json>(1001, Json{1, 2, "1"})}};
  for (const auto& one : wrong)
    EXPECT_THAT(refusal([&](Json& subject) { subject[one.first] = one.second; }), HasSubstr(one.first)) << one.second;
}

TEST(RuleState, IsRefusedWithoutTheClockThatItRefersTo) {
  Fields fields = rule_state_fields({rule_of({pending("d-1")})}, kNewest);
  fields.erase(kRuleClockField);
  EXPECT_THAT(rule_state_from(fields).error().message, HasSubstr("subject 0: last_held_ms is missing"));
  for (const char* clock :
       {"{", "[]", "x", R"({"n-1":7})", R"({"n-1":[1]})", R"({"n-1":[1,-1]})", R"({"n-1":[1,1e30]})"}) {
    fields[kRuleClockField] = clock;
    EXPECT_THAT(rule_state_from(fields).error().message, HasSubstr("the saved clock of the rules cannot be read"))
        << clock;
  }
}

TEST(RuleState, IsNotReadFromWhatIsNone) {
  for (const char* text :
       {"{", "{}", R"({"rules":7})", R"({"rules":[7]})", R"({"rules":[{}]})", R"({"rules":[{"subjects":[7]}]})",
        R"({"rules":[{"rule":7,"subjects":[]}]})", R"({"rules":[{"subjects":[{}]}]})", "garbage", "", "[]"})
    EXPECT_FALSE(rule_state_from({{"rule_state:00", text}}).ok()) << text;
  const std::string deep = R"({"rules":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_FALSE(rule_state_from({{"rule_state:00", deep}}).ok());
  const std::string large = R"({"rules":[])" + std::string(kMostRuleFieldBytes, ' ') + "}";
  EXPECT_THAT(rule_state_from({{"rule_state:00", large}}).error().message, HasSubstr("larger than any of ours"));
}

}  // namespace
}  // namespace hotspot::record
