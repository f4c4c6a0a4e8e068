// What is planned from a stored input is what was planned, whatever the situation; and what somebody else made of it is
// refused.
#include "actuator/loop/read_input.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "actuator/loop/decision_record.h"
#include "common/crypto/sha256.h"
#include "tests/unit/actuator/loop/memory_inputs.h"
#include "tests/unit/actuator/loop/random_input.h"

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;

std::vector<std::string> planned(const plan::PlanInput& input) {
  std::vector<std::string> texts;
  for (const plan::Decision& one : plan::plan(input)) {
    texts.push_back(to_json(one) + plan::explain(one));
    if (one.action) texts.back() += Json(one.action->expected).dump() + model::describe(one.action->step);
  }
  return texts;
}

InputName stored(const plan::PlanInput& input, const RandomInput& from, MemoryInputs& store) {
  InputKeeper keeper(&store);
  return keeper.keep({.input = input,
                      .rules = from.texts(),
                      .outcome = plan::Outcome::kAct,
                      .token = 1,
                      .written = [](const auto& written) { EXPECT_TRUE(written.ok()); }});
}

InputName stored(const RandomInput& from, MemoryInputs& store) { return stored(from.input(), from, store); }

TEST(ReadInput, ThePlanIsTheSame) {
  std::size_t decisions = 0, acts = 0, moves = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    const RandomInput situation(seed);
    MemoryInputs store;
    const InputName name = stored(situation, store);
    ASSERT_EQ(name.not_stored, "");
    const auto read = ReadInput::read(name.sha256, store.reading());
    ASSERT_TRUE(read) << read.error().message;
    const auto was = planned(situation.input()), is = planned((*read)->input());
    ASSERT_EQ(is, was);
    decisions += was.size();
    for (const plan::Decision& one : plan::plan(situation.input())) {
      acts += one.outcome == plan::Outcome::kAct ? 1 : 0;
      moves += one.action && std::holds_alternative<model::MigrateTo>(one.action->step) ? 1 : 0;
    }
  }
  EXPECT_GT(decisions, 1000u);
  EXPECT_GT(acts, 100u);
  EXPECT_GT(moves, 30u);
}

// Also what made no difference to this plan.
TEST(ReadInput, WhatWasReadIsWrittenAsItWas) {
  std::size_t approved = 0, followed = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const RandomInput situation(seed);
    MemoryInputs store, again;
    const InputName name = stored(situation, store);
    const auto read = ReadInput::read(name.sha256, store.reading());
    ASSERT_TRUE(read) << read.error().message;
    plan::PlanInput input = (*read)->input();
    if (situation.input().turn == nullptr) input.turn = nullptr;
    ASSERT_EQ(stored(input, situation, again).sha256, name.sha256);
    ASSERT_EQ(again.texts, store.texts);
    approved += input.approved == nullptr ? 0 : 1;
    followed += store.texts.at(name.sha256).find("\"approved_by\":\"ada\"") == std::string::npos ? 0 : 1;
  }
  EXPECT_GT(approved, 10u);
  EXPECT_GT(followed, 10u);
}

TEST(ReadInput, TheSameInputHasTheSameName) {
  const RandomInput situation(3);
  MemoryInputs one, other;
  EXPECT_EQ(stored(situation, one).sha256, stored(situation, other).sha256);
  EXPECT_EQ(one.texts, other.texts);
  EXPECT_EQ(parts_of_input(one.texts.at(stored(situation, one).sha256))->size() + 1, one.texts.size());
}

// The input with one member changed, under its new name.
class Forged : public ::testing::Test {
 protected:
  std::string refusal(const std::function<void(Json&)>& change) {
    MemoryInputs store = store_;
    Json object = Json::parse(store.texts.at(name_));
    change(object);
    return read(store, object.dump());
  }
  static std::string read(MemoryInputs& store, const std::string& text) {
    const std::string name = crypto::sha256_hex(text);
    store.texts[name] = text;
    const auto read = ReadInput::read(name, store.reading());
    if (read) plan::plan((*read)->input());
    return read ? "" : read.error().message;
  }
  // The same with a part instead.
  std::string refusal_of_part(const char* member, const std::string& text) {
    store_.texts[crypto::sha256_hex(text)] = text;
    return refusal([&](Json& object) {
      Json& list = object[member];
      (list.is_array() ? list[0]["sha256"] : list) = crypto::sha256_hex(text);
    });
  }

  RandomInput situation_{3};
  MemoryInputs store_;
  std::string name_ = stored(situation_, store_).sha256;
};

TEST_F(Forged, EachPartHasToHaveTheHashThatNamesIt) {
  EXPECT_EQ(refusal([](Json&) {}), "");
  const std::string whole = store_.texts.at(name_);
  for (auto& [hash, text] : store_.texts) {
    MemoryInputs store = store_;
    store.texts[hash] += " ";
    EXPECT_EQ(ReadInput::read(name_, store.reading()).error().message,
              "the part " + hash.substr(0, 12) +
                  "… of the input was changed: it has another hash than the one that names it");
    store.texts.erase(hash);
    EXPECT_EQ(ReadInput::read(name_, store.reading()).error().message,
              "the part " + hash.substr(0, 12) + "… of the input cannot be read: it is not there");
    store.texts[hash] = std::string(kMostInputBytes + 1, ' ');
    EXPECT_EQ(ReadInput::read(name_, store.reading()).error().message,
              "the part " + hash.substr(0, 12) + "… of the input is too long");
  }
}

TEST_F(Forged, WhatIsNotPossibleIsRefusedWithASentence) {
  const std::string no = "the stored input is not understood: ";
  EXPECT_EQ(read(store_, "[]"), no + "it is not a JSON object");
  EXPECT_EQ(read(store_, "{}"), no + "it has no schema");
  EXPECT_EQ(refusal([](Json& to) { to["schema"] = 2; }),
            "the stored input has schema 2, which a newer version of hotspotctl reads");
  EXPECT_EQ(refusal([](Json& to) { to["mode"] = "reckless"; }), no + "it has no time or no mode");
  EXPECT_EQ(refusal([](Json& to) { to["now_ms"] = 1e300; }), no + "it has no time or no mode");
  EXPECT_EQ(refusal([](Json& to) { to["firings"][0]["rule"] = 12; }), no + "a firing is of no rule");
  EXPECT_EQ(refusal([](Json& to) { to["firings"][0]["rule"] = -1; }), no + "a firing is of no rule");
  EXPECT_EQ(refusal([](Json& to) { to["turn"] = {999}; }), no + "a firing of its turn is none of its firings");
  EXPECT_EQ(refusal([](Json& to) { to["nodes"][1] = to["nodes"][0]; }).substr(0, no.size() + 8), no + "the node");
  EXPECT_EQ(refusal([](Json& to) { to["rules_fingerprint"] = "x"; }), no + "its rules are not those that were read");
  EXPECT_EQ(refusal([](Json& to) { to["in_flight"] = {1}; }), no + "an action that was under way");
  EXPECT_EQ(refusal([](Json& to) { to["memory"]["domains"]["x"] = 7; }),
            no + "the guests' memory: domains.x is not an object");
  EXPECT_EQ(refusal([](Json& to) { to["owners"]["x"] = "y"; }),
            no + "where the domains that two nodes report belong cannot be restored");
  EXPECT_EQ(refusal_of_part("rule_files", "groups: 7"), no + "this version finds errors in its rules");
  EXPECT_EQ(refusal_of_part("nodes", "{}").substr(0, no.size() + 11), no + "a snapshot:");
  EXPECT_EQ(refusal_of_part("configuration", "nonsense"), no + "the configuration is not a JSON object");
}

TEST_F(Forged, WhatIsNestedDeepIsRefused) {
  const std::string deep(1u << 20, '['), no = "the stored input is not understood: ";
  EXPECT_EQ(read(store_, deep), no + "it is not a JSON object");
  EXPECT_EQ(read(store_, R"({"schema":1,"nodes":)" + deep), no + "it is not a JSON object");
  EXPECT_EQ(refusal_of_part("nodes", deep).substr(0, no.size() + 11), no + "a snapshot:");
  EXPECT_EQ(refusal_of_part("configuration", deep), no + "the configuration is not a JSON object");
  EXPECT_EQ(refusal_of_part("rule_files", deep), no + "this version finds errors in its rules");
}

TEST_F(Forged, WhatAnOlderVersionDidNotStoreIsNothing) {
  for (const char* member : {"approved", "refused", "kept", "trust", "refusals", "memory", "steps", "turn", "owners"}) {
    EXPECT_EQ(refusal([&](Json& to) { to.erase(member); }), "") << member;
  }
}

TEST_F(Forged, NoMemberOfAnotherTypeIsFollowedByAnythingButAnAnswer) {
  const Json whole = Json::parse(store_.texts.at(name_));
  const Json strangers[] = {nullptr, -1, 1e300, "text", Json::array({Json::array()}), Json{{"a", {{"b", 1}}}}};
  for (const auto& [name, value] : whole.items())
    for (const Json& stranger : strangers) refusal([&, &member = name](Json& to) { to[member] = stranger; });
}

TEST_F(Forged, NoFigureOfTheConfigurationIsTakenThatNoneHas) {
  const std::string hash = Json::parse(store_.texts.at(name_))["configuration"];
  const Json whole = Json::parse(store_.texts.at(hash)).flatten();
  std::size_t refused = 0, all = 0;
  for (const auto& [path, value] : whole.items()) {
    if (!value.is_number() || path.find("/spans/") != std::string::npos) continue;
    Json changed = whole;
    changed[path] = std::int64_t{9'000'000'000'000'000};
    ++all;
    refused += refusal_of_part("configuration", changed.unflatten().dump()).empty() ? 0 : 1;
  }
  EXPECT_GT(all, 20u);
  EXPECT_EQ(refused + 1, all) << "only how much a rule may cost has a bound of its own";
}

}  // namespace
}  // namespace hotspot::loop
