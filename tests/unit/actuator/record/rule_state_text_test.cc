// The rules' state of versions before JSON.
#include "actuator/record/rule_state_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace hotspot::record {
namespace {

using ::testing::HasSubstr;

const std::string kHead = "hotspot rule state 2\n";
const std::string kRule = "rule\tHot\tg\tdomain_cpu_ratio > 90%\n";

Result<std::vector<RuleState>> read_rules(const std::string& text, const NewestSamples& newest = {}) {
  std::vector<RuleState> rules;
  if (const auto added = add_rule_state_from_text(text, newest, rules); !added) return added.error();
  return rules;
}

// As hotspotd wrote them in parts.
TEST(RuleStateText, IsReadWithItsClock) {
  const auto rules = rule_state_from(
      {{kRuleClockField, "hotspot rule clock 1\nn-1\t1800000004000\t1800000005000\n"},
       {"rule_state:1f", kHead + kRule +
                             "subject\tdomain\tpending\tn-1\td-1\tnan\t1800000000000\t1800000000001\t-\t=\t-\t=\t=\t"
                             "1800000000000/1800000000100+1800000001000/1800000001100-\t3\tdomain\ta\\tb\\\\c\\nd\t"
                             "node\th1\n"},
       {"rule_state:20", kHead + kRule + "subject\tnode\tfiring\tn-2\t\t0.5\t1\t2\t3\t4\t5\t6\t7\t\t0\n"}});
  ASSERT_TRUE(rules.ok()) << rules.error().message;
  ASSERT_EQ(rules->size(), 2u);
  EXPECT_EQ(rules->at(0).rule + rules->at(0).group + rules->at(0).expression, "Hotgdomain_cpu_ratio > 90%");
  const RuleSubject& one = rules->at(0).subjects.at(0);
  EXPECT_EQ(one.kind, RuleSubject::Kind::kDomain);
  EXPECT_EQ(one.node_uuid + one.domain_uuid, "n-1d-1");
  EXPECT_TRUE(std::isnan(one.value));
  EXPECT_EQ(one.pending_since, from_unix_ms(1'800'000'000'000));
  EXPECT_EQ(one.first_sample_at, from_unix_ms(1'800'000'000'001));
  EXPECT_FALSE(one.firing_since || one.not_held_since);
  EXPECT_EQ(one.last_sample, from_unix_ms(1'800'000'004'000));
  EXPECT_EQ(one.last_held, from_unix_ms(1'800'000'005'000));
  EXPECT_EQ(one.last_evaluation, one.last_held);
  EXPECT_EQ(one.measured, 3u);
  ASSERT_EQ(one.samples.size(), 2u);
  EXPECT_EQ(one.samples[0].first.seen_at, from_unix_ms(1'800'000'000'100));
  EXPECT_EQ(one.samples[0].held + 2 * one.samples[1].held, 1u);
  EXPECT_EQ(one.labels, (std::map<std::string, std::string>{{"domain", "a\tb\\c\nd"}, {"node", "h1"}}));
  const RuleSubject& other = rules->at(1).subjects.at(0);
  EXPECT_EQ(other.kind, RuleSubject::Kind::kNode);
  EXPECT_EQ(other.firing_since, from_unix_ms(3));
  EXPECT_EQ(other.not_held_since, from_unix_ms(5));
  EXPECT_EQ(other.value, 0.5);
}

// As versions before wrote it in one field, with all times.
TEST(RuleStateText, IsReadFromTheOneFieldOfBefore) {
  const std::string text =
      "hotspot rule state 1\n" + kRule + "subject\tcluster\tpending\t\t\tinf\t1\t2\t-\t4\t-\t6\t7\t1/2~3/4=5:1f;\t0\n";
  const auto rules = rule_state_from({{kOldRuleStateField, text}});
  ASSERT_TRUE(rules.ok()) << rules.error().message;
  const RuleSubject& one = rules->at(0).subjects.at(0);
  EXPECT_EQ(one.value, HUGE_VAL);
  EXPECT_EQ(
      one.samples.at(0),
      (RuleSamples{{from_unix_ms(1), from_unix_ms(2)}, RuleSamples::Times{from_unix_ms(3), from_unix_ms(4)}, 5, 0x1f}));
  EXPECT_TRUE(rule_state_from({{kOldRuleStateField, text}, {"rule_state:00", R"({"rules":[]})"}})->empty())
      << "the parts are newer";
}

TEST(RuleStateText, IsRefusedWhereItIsNotOurs) {
  EXPECT_EQ(read_rules("").error().message, "the saved state of the rules is empty");
  EXPECT_EQ(read_rules("{\"a\": 1}").error().message,
            "the saved state of the rules is not of this version: it is neither JSON nor begins with 'hotspot rule "
            "state 2'");
  EXPECT_TRUE(read_rules(kHead).ok());
  EXPECT_EQ(read_rules(kHead + "rule\ta\tb\n").error().message,
            "the saved state of the rules cannot be read: line 2 is not ours");
  EXPECT_FALSE(read_rules(kHead + "subject\tdomain\n").ok());
  const auto subject = [](const std::string& since, const std::string& samples) {
    return kHead + kRule + "subject\tdomain\tpending\tn\td\t1\t" + since + "\t1\t-\t1\t-\t1\t1\t" + samples + "\t0\n";
  };
  EXPECT_TRUE(read_rules(subject("1", "5/5+")).ok());
  EXPECT_TRUE(read_rules(subject("1", "")).ok());
  for (const char* since : {"99999999999999999", "-1", "1x", "", "="})
    EXPECT_FALSE(read_rules(subject(since, "")).ok()) << since;
  std::string many;
  for (std::size_t i = 0; i <= kMostRuleSamples; ++i) many += "1/1+";
  for (const char* samples : {"5/x+", "1", "1/2", "1/2*", "1/2~3/4", "1/2~3/4=0:1;", "1/2~3/4=65:1;", "1/2~3/4=5:g;",
                              "x", "1/-2+", many.c_str()})
    EXPECT_FALSE(read_rules(subject("1", samples)).ok()) << samples;
  const std::string wide = subject("1", "").substr(0, subject("1", "").size() - 1) + std::string(100'000, '\t') + "\n";
  EXPECT_FALSE(read_rules(wide).ok());
}

TEST(RuleStateText, IsRefusedWithoutTheClockThatItRefersTo) {
  const std::string text = kHead + kRule + "subject\tdomain\tpending\tn\td\t1\t1\t1\t-\t=\t-\t1\t1\t\t0\n";
  EXPECT_TRUE(read_rules(text, {{"n", {from_unix_ms(1), from_unix_ms(2)}}}).ok());
  EXPECT_THAT(read_rules(text).error().message, HasSubstr("cannot be read: line 3 is not ours"));
  EXPECT_TRUE(newest_samples_from_text("")->empty());
  EXPECT_FALSE(newest_samples_from_text("hotspot rule clock 2\n").ok());
  EXPECT_THAT(newest_samples_from_text("hotspot rule clock 1\nn\t1\n").error().message,
              HasSubstr("the saved clock of the rules cannot be read: line 2 is not ours"));
}

}  // namespace
}  // namespace hotspot::record
