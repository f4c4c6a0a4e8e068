#include "actuator/rules/advice/advice.h"

#include "actuator/rules/advice/grow_marks.h"
#include "actuator/rules/advice/node_marks.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

using testing::HasSubstr;

struct Set {
  std::vector<SourceFile> files;
  std::shared_ptr<const RuleSet> rules;
};

Set set_of(const std::string& rules) {
  Set set;
  set.files = {{"a.yml", "groups:\n- name: g\n  rules:\n" + rules}};
  const CheckedRules checked = check(set.files);
  EXPECT_TRUE(checked.ok()) << format(checked.diagnostics, set.files);
  set.rules = checked.rules;
  return set;
}

std::string advice(const std::string& rules) {
  const Set set = set_of(rules);
  std::string text;
  for (const Diagnostic& one : advise(*set.rules, set.files)) text += one.message + "\n";
  return text;
}

std::string on(const std::string& expression) { return advice("  - {alert: A, expr: '" + expression + "'}\n"); }

TEST(Advice, KnowsWhatCanNeverBe) {
  EXPECT_THAT(on("domain_cpu_ratio > 90% and domain_cpu_ratio < 50%"), HasSubstr("'A' can never fire"));
  EXPECT_THAT(on("domain_cpu_ratio > 90% and domain_cpu_ratio <= 90%"), HasSubstr("can never fire"));
  EXPECT_THAT(on("domain_cpu_ratio > 90% unless domain_cpu_ratio > 50%"), HasSubstr("can never fire"));
  EXPECT_THAT(on("0.9 < domain_cpu_ratio and 0.5 > domain_cpu_ratio"), HasSubstr("can never fire"));
  EXPECT_THAT(on("domain_cpu_ratio > 50% + 40% and domain_cpu_ratio < 2 * 10%"), HasSubstr("can never fire"));
  EXPECT_THAT(on("domain_vcpus < 0"), HasSubstr("'domain_vcpus' is never below 0"));
  EXPECT_THAT(on("avg_over_time(node_cpu_ratio[5m]) < -0.5"), HasSubstr("never below 0"));
}

TEST(Advice, SaysNothingOfWhatCanBe) {
  for (const char* expression :
       {"domain_cpu_ratio > 90%", "domain_cpu_ratio > 50% and domain_cpu_ratio < 90%",
        "domain_cpu_ratio >= 90% and domain_cpu_ratio <= 90%", "domain_cpu_ratio > 90% unless domain_cpu_ratio > 95%",
        "domain_cpu_ratio > 90% or domain_cpu_ratio < 50%",
        // Of one node on one side and of another on the other.
        "domain_cpu_ratio > 90% and on(node) domain_cpu_ratio < 50%",
        "domain_cpu_ratio{domain=\"a\"} > 90% and on(node) domain_cpu_ratio{domain=\"b\"} < 50%",
        "max_over_time(domain_cpu_ratio[5m]) > 90% and min_over_time(domain_cpu_ratio[5m]) < 50%",
        "deriv(domain_memory_rss_bytes[5m]) < 0", "domain_vcpus == 0", "node_cpu_ratio - 0.5 < 0",
        "domain_cpu_ratio > 0 / 0 and domain_cpu_ratio < 50%",
        "domain_cpu_ratio > time() and domain_cpu_ratio < 0.5"}) {
    EXPECT_EQ(on(expression), "") << expression;
  }
}

std::string pair(const std::string& gives, const std::string& takes, const std::string& min = "1") {
  return advice("  - {hotspot: Up, expr: '" + gives + "', remedy: [{scale_vcpus: {by: 1}}]}\n" +
                "  - {hotspot: Down, expr: '" + takes + "', remedy: [{scale_vcpus: {by: -1, min: " + min + "}}]}\n");
}

TEST(Advice, KnowsRulesThatHoldAtTheSameTimeAndUndoEachOther) {
  EXPECT_THAT(pair("domain_cpu_ratio > 50%", "domain_cpu_ratio < 80%"),
              HasSubstr("'Down' (a.yml:5) undoes it: both hold when 'domain_cpu_ratio' is in between"));
}

TEST(Advice, KnowsAStepThatBringsAboutItsOwnUndoing) {
  EXPECT_THAT(pair("domain_cpu_ratio > 90%", "domain_cpu_ratio < 60%"),
              HasSubstr("a domain of 1 vCPU at 90% is at 45% after the step, which is below 60%"));
  EXPECT_EQ(pair("domain_cpu_ratio > 90%", "domain_cpu_ratio < 30%"), "");
  EXPECT_EQ(pair("domain_cpu_ratio > 90%", "domain_cpu_ratio < 45%"), "");
  // From four vCPUs to five it falls less.
  EXPECT_EQ(pair("domain_cpu_ratio > 90%", "domain_cpu_ratio < 60%", "4"), "");
}

std::string memory_pair(const std::string& gives, const std::string& takes, const std::string& remedy) {
  return advice("  - {hotspot: Up, expr: '" + gives + "', remedy: [{scale_memory: {by: 100MiB}}]}\n" +
                "  - {hotspot: Down, expr: '" + takes + "', remedy: [{scale_memory: {" + remedy + "}}]}\n");
}

TEST(Advice, KnowsAShrinkAfterWhichAnotherRuleGivesTheMemoryBack) {
  const std::string up = "domain_memory_used_ratio > 60%", down = "domain_memory_used_ratio < 40%";
  EXPECT_THAT(memory_pair(up, down, "by: -512MiB, min: 512MiB"),
              HasSubstr("'Up' (a.yml:4) gives back what it takes: a domain of 1GiB that uses 40% is at 80% after the "
                        "step, which is above 60%"));
  EXPECT_THAT(memory_pair(up, down + " and domain_memory_balloon_bytes > 1GiB", "by: -512MiB"), HasSubstr("is at 80%"));
  EXPECT_EQ(memory_pair(up, down, "by: -128MiB, min: 512MiB"), "");
  EXPECT_EQ(memory_pair("domain_memory_used_ratio > 85%", down, "by: -512MiB, min: 512MiB"), "");
  EXPECT_EQ(memory_pair("domain_memory_used_ratio{domain=\"a\"} > 60%", "domain_memory_used_ratio{domain=\"b\"} < 40%",
                        "by: -512MiB, min: 512MiB"),
            "");
  EXPECT_EQ(memory_pair(up, down, "by: -512MiB"), "") << "how large a domain is, nobody says";
}

TEST(GrowMarks, AreThoseAboveWhichARuleGivesMore) {
  const auto set = set_of(
      "  - {hotspot: M, expr: 'domain_memory_used_ratio{domain=~\"web.*\"} > 80%', remedy: [{scale_memory: {by: "
      "100MiB}}]}\n"
      "  - {hotspot: C, expr: 'avg_over_time(domain_cpu_ratio[5m]) > 90%', remedy: [{scale_vcpus: {by: 1}}]}\n"
      "  - {hotspot: L, expr: 'domain_memory_used_ratio < 20%', remedy: [{scale_memory: {by: -100MiB, min: 1GiB}}]}\n"
      "  - {hotspot: N, expr: 'node_cpu_ratio > 90%', remedy: [migrate]}\n");
  const auto marks = grow_marks(set.rules);
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks[0].rule, "M");
  EXPECT_TRUE(marks[0].memory);
  EXPECT_DOUBLE_EQ(marks[0].above, 0.8);
  EXPECT_TRUE(marks[0].is_about("web1", "h1"));
  EXPECT_FALSE(marks[0].is_about("db1", "h1"));
  EXPECT_EQ(marks[1].rule, "C");
  EXPECT_FALSE(marks[1].memory);
  EXPECT_TRUE(grow_marks(nullptr).empty());
}

std::string node_pair(const std::string& grows, const std::string& relieves) {
  return advice("  - {hotspot: Grow, expr: '" + grows + "', remedy: [{scale_vcpus: {by: 1}}]}\n" +
                "  - {hotspot: Hot, expr: '" + relieves + "', remedy: [migrate]}\n");
}

TEST(Advice, KnowsARuleThatFillsNodesWhichAnotherEmpties) {
  EXPECT_THAT(
      node_pair("domain_cpu_ratio > 90%", "node_cpu_ratio > 65%"),
      HasSubstr("'Hot' (a.yml:5) is in its way: it relieves nodes above 65% of CPU, and this rule fills them to "
                "80%; it adds nothing above 65%"));
  EXPECT_THAT(
      node_pair("domain_cpu_ratio > 90% and on(node) node_cpu_ratio < 70%", "avg_over_time(node_cpu_ratio[5m]) > 65%"),
      HasSubstr("fills them to 70%"));
  EXPECT_EQ(node_pair("domain_cpu_ratio > 90% and on(node) node_cpu_ratio < 60%", "node_cpu_ratio > 65%"), "");
  EXPECT_EQ(node_pair("domain_cpu_ratio > 90%", "node_cpu_ratio > 85%"), "");
  EXPECT_EQ(node_pair("domain_cpu_ratio > 90%", "node_memory_used_ratio > 65%"), "");
  EXPECT_EQ(node_pair("domain_cpu_ratio{node=\"h1\"} > 90%", "node_cpu_ratio{node=\"h2\"} > 65%"), "");
  EXPECT_THAT(advice("  - {hotspot: Pack, expr: node_cpu_ratio < 20%, remedy: [consolidate]}\n"
                     "  - {hotspot: Hot, expr: node_cpu_ratio > 60%, remedy: [migrate]}\n"),
              HasSubstr("fills them to 64%"));
}

TEST(NodeMarks, AreThoseAboveWhichARuleRelievesANode) {
  const auto set = set_of(
      "  - {hotspot: C, expr: 'avg_over_time(node_cpu_ratio{node=~\"h.*\"}[5m]) > 65%', remedy: [migrate]}\n"
      "  - {hotspot: M, expr: node_memory_used_ratio > 90%, remedy: [drain]}\n"
      "  - {hotspot: Both, expr: node_cpu_ratio > 20% and node_memory_used_ratio > 70%, remedy: [migrate]}\n"
      "  - {hotspot: Observed, expr: node_cpu_ratio > 50%, mode: observe, remedy: [migrate]}\n"
      "  - {alert: Told, expr: node_cpu_ratio > 50%}\n"
      "  - {hotspot: Pack, expr: node_cpu_ratio < 20%, remedy: [consolidate]}\n");
  const auto marks = node_marks(set.rules);
  ASSERT_EQ(marks.size(), 4u);
  EXPECT_EQ(marks[0].rule, "C");
  EXPECT_FALSE(marks[0].memory);
  EXPECT_DOUBLE_EQ(marks[0].above.value_or(0), 0.65);
  EXPECT_TRUE(marks[0].is_about("h1"));
  EXPECT_FALSE(marks[0].is_about("other"));
  EXPECT_TRUE(marks[1].memory);
  EXPECT_DOUBLE_EQ(marks[1].above.value_or(0), 0.9);
  EXPECT_EQ(marks[2].rule, "Both");
  EXPECT_EQ(marks[2].above, std::nullopt) << "the CPU alone does not fire it";
  EXPECT_EQ(marks[3].above, std::nullopt);
  EXPECT_TRUE(node_marks(nullptr).empty());
}

TEST(Advice, LeavesRulesAloneThatSpeakOfOtherDomainsOrOtherThings) {
  EXPECT_EQ(pair("domain_cpu_ratio{domain=\"a\"} > 50%", "domain_cpu_ratio{domain=\"b\"} < 80%"), "");
  EXPECT_EQ(pair("domain_cpu_ratio{domain=~\"a.*\"} > 50%", "domain_cpu_ratio{domain!~\"a.*\"} < 80%"), "");
  EXPECT_EQ(pair("domain_cpu_ratio > 50%", "domain_cpu_steal_ratio < 10%"), "");
  EXPECT_EQ(
      advice("  - {hotspot: Up, expr: domain_cpu_ratio > 50%, remedy: [{scale_vcpus: {by: 1}}]}\n"
             "  - {hotspot: Down, expr: domain_cpu_ratio < 80%, remedy: [{scale_memory: {by: -1GiB, min: 1GiB}}]}\n"),
      "");
}

std::string turns(const std::string& first, const std::string& remedy, const std::string& second,
                  const std::string& other) {
  return advice("  - {hotspot: Sets, expr: '" + first + "', remedy: [" + remedy + "]}\n" +
                "  - {hotspot: Other, expr: '" + second + "', remedy: [" + other + "]}\n");
}

TEST(Advice, KnowsALimitThatIsLiftedWhileItHolds) {
  EXPECT_THAT(turns("domain_cpu_ratio > 50%", "cap_cpu: {to: 50%}", "domain_cpu_ratio < 80%", "cap_cpu: {to: none}"),
              HasSubstr("'Other' (a.yml:5) lifts what it sets: both hold when 'domain_cpu_ratio' is in between"));
  EXPECT_THAT(turns("domain_cpu_ratio > 90%", "cap_cpu: {to: 50%}", "domain_cpu_ratio > 70%", "cap_cpu: {to: 100%}"),
              HasSubstr("'Other' (a.yml:5) sets it to something else: both hold when 'domain_cpu_ratio'"));
}

TEST(Advice, KnowsALimitThatBringsAboutItsOwnLifting) {
  EXPECT_THAT(turns("domain_cpu_ratio > 90%", "cap_cpu: {to: 50%}", "domain_cpu_ratio < 60%", "cap_cpu: {to: none}"),
              HasSubstr("once it is set, 'domain_cpu_ratio' is at most 50%, which is below 60%"));
  const std::string high = "domain_block_read_bytes_per_second > 200MiB", limit = "limit_disk: {read: 100MiB}",
                    none = "limit_disk: {to: none}";
  EXPECT_THAT(turns(high, limit, "domain_block_read_bytes_per_second < 150MiB", none),
              HasSubstr("'domain_block_read_bytes_per_second' is at most 100Mi, which is below 150Mi"));
  EXPECT_EQ(turns(high, limit, "domain_block_read_bytes_per_second < 20MiB", none), "");
  EXPECT_EQ(turns(high, "limit_disk: {write: 10MiB}", "domain_block_read_bytes_per_second < 150MiB", none), "")
      << "it limits something else";
  EXPECT_THAT(turns("domain_net_transmit_bytes_per_second > 50MiB", "limit_network: {transmit: 10MiB}",
                    "domain_net_transmit_bytes_per_second < 20MiB", "limit_network: {to: none}"),
              HasSubstr("lifts what it sets: once it is set"));
}

TEST(Advice, LeavesLimitsAloneThatAgreeOrSpeakOfOtherThings) {
  const std::string cap = "cap_cpu: {to: 50%}";
  EXPECT_EQ(turns("domain_cpu_ratio > 90%", cap, "domain_cpu_ratio > 80%", cap), "");
  EXPECT_EQ(turns("domain_cpu_ratio > 90%", cap, "domain_cpu_ratio < 95%", "limit_disk: {to: none}"), "");
  EXPECT_EQ(
      turns("domain_cpu_ratio{domain=\"a\"} > 50%", cap, "domain_cpu_ratio{domain=\"b\"} < 80%", "cap_cpu: {to: none}"),
      "");
}

TEST(Advice, KnowsThatEveningOutAndEmptyingWorkAgainstEachOther) {
  const std::string evens = "  - {hotspot: Evens, expr: cluster_imbalance_ratio > 10%, remedy: [balance]",
                    empties = "  - {hotspot: Empties, expr: node_cpu_ratio < 20%, remedy: [consolidate]";
  EXPECT_EQ(advice(evens + "}\n" + empties + "}\n"),
            "'Empties' (a.yml:5) works against it: it makes the cluster uneven by emptying nodes; let only one of them "
            "enforce\n");
  EXPECT_THAT(advice("  - {hotspot: Empties, expr: cluster_nodes_needed < 3, remedy: [consolidate]}\n" + evens + "}\n"),
              HasSubstr("'Empties' (a.yml:4) works against it"));
  EXPECT_EQ(advice(evens + "}\n" + empties + ", mode: recommend}\n"), "") << "one of them only recommends";
  EXPECT_EQ(advice(evens + ", mode: observe}\n" + empties + "}\n"), "");
}

TEST(Advice, KnowsNamesThatNobodyHas) {
  const Set set = set_of(
      "  - {alert: A, expr: 'domain_cpu_ratio{domain=\"web2\"} > 90%'}\n"
      "  - {alert: B, expr: 'domain_cpu_ratio{domain=~\"db-.*\", node=\"h1\"} > 90%'}\n"
      "  - {alert: C, expr: 'domain_cpu_ratio{domain!=\"nobody\"} > 90% or node_cpu_ratio > 2%'}\n");
  const auto found = advise_labels(*set.rules, set.files, {{"domain", {"web1", "app"}}, {"node", {"h1"}}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].message, "no domain is called 'web2' now: 'A' looks at nothing");
  EXPECT_EQ(found[0].suggestion, "web1");
  EXPECT_EQ(found[0].position, (Position{4, 6}));
  EXPECT_EQ(found[1].message, "no domain fits 'db-.*' now: 'B' looks at nothing");
}

TEST(Advice, TellsOfSomeOfThePairsOfAlikeRules) {
  std::string rules;
  for (int i = 0; i < 40; ++i) {
    rules += "  - {hotspot: Up" + std::to_string(i) +
             ", expr: domain_cpu_ratio > 50%, remedy: [scale_vcpus: {by: 1, max: 4}]}\n"
             "  - {hotspot: Down" +
             std::to_string(i) + ", expr: domain_cpu_ratio < 60%, remedy: [scale_vcpus: {by: -1, min: 1}]}\n";
  }
  const Set set = set_of(rules);
  EXPECT_EQ(advise(*set.rules, set.files).size(), 40u * 5u);
}

}  // namespace
}  // namespace hotspot::rules
