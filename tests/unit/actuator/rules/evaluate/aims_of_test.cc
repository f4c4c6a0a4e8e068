// Which resource of a node a rule is about, from its expression.
#include "actuator/rules/evaluate/aims_of.h"

#include <gtest/gtest.h>

#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {
namespace {

ExpressionPtr checked(const std::string& text) {
  ParsedExpression parsed = parse_expression(text);
  EXPECT_NE(parsed.expression, nullptr) << text;
  check_expression(*parsed.expression, parsed.problems);
  return std::move(parsed.expression);
}

// "CPU > 0.8 until 0.6; memory"
std::string aims(const std::string& text, const std::string& until = "") {
  const ExpressionPtr expression = checked(text), end = until.empty() ? nullptr : checked(until);
  std::string all;
  for (const Aim& aim : aims_of(*expression, end.get())) {
    all += (all.empty() ? "" : "; ") + std::string(to_string(aim.resource));
    if (aim.above) all += " > " + std::to_string(*aim.above).substr(0, 4);
    if (aim.available_below) all += " < " + std::to_string(*aim.available_below);
    if (aim.until_below) all += " until " + std::to_string(*aim.until_below).substr(0, 4);
    if (aim.until_available) all += " until " + std::to_string(*aim.until_available);
  }
  return all;
}

TEST(AimsOf, ANodesUseAreItsResourceAndItsMark) {
  EXPECT_EQ(aims("node_cpu_ratio > 80%"), "CPU > 0.80");
  EXPECT_EQ(aims("avg_over_time(node_memory_used_ratio[5m]) > 90%"), "memory > 0.90");
  EXPECT_EQ(aims("100 * node_net_used_ratio > 75"), "network > 0.75");
  EXPECT_EQ(aims("1 - node_cpu_ratio < 20%"), "CPU > 0.80");
  EXPECT_EQ(aims("node_memory_available_bytes < 4GiB"), "memory < 4294967296");
}

TEST(AimsOf, ARuleWithAnEndHaveItsMarkToo) {
  EXPECT_EQ(aims("node_cpu_ratio > 80%", "node_cpu_ratio < 60%"), "CPU > 0.80 until 0.60");
  EXPECT_EQ(aims("node_memory_available_bytes < 1KiB", "node_memory_available_bytes > 2KiB"),
            "memory < 1024 until 2048");
}

TEST(AimsOf, OtherSeriesAreTheirResourceWithoutAMark) {
  EXPECT_EQ(aims("node_pressure_memory_some_ratio > 10%"), "memory");
  EXPECT_EQ(aims("node_pressure_io_full_ratio > 10%"), "disks");
  EXPECT_EQ(aims("node_cpu_iowait_ratio > 10%"), "disks");
  EXPECT_EQ(aims("node_load_1m / node_cpus > 2"), "CPU");
  EXPECT_EQ(aims("node_memory_free_bytes / node_memory_bytes < 0.1"), "memory");
  EXPECT_EQ(aims("domain_memory_used_ratio > 90%"), "memory");
  EXPECT_EQ(aims("max by (node) (node_cpu_ratio) > 80%"), "CPU");
}

TEST(AimsOf, SeveralComparisonsAreEachOne) {
  EXPECT_EQ(aims("node_cpu_ratio > 80% or node_memory_used_ratio > 90%"), "CPU > 0.80; memory > 0.90");
  EXPECT_EQ(aims("node_cpu_ratio > 80% and node_domains > 3"), "CPU > 0.80");
}

// "0 0 1"
std::string branches(const std::string& text) {
  const ExpressionPtr expression = checked(text);
  std::string all;
  for (const Aim& aim : aims_of(*expression, nullptr)) all += (all.empty() ? "" : " ") + std::to_string(aim.branch);
  return all;
}

TEST(AimsOf, WhatAndJoinsHoldsTogetherAndWhatOrJoinsByItself) {
  EXPECT_EQ(branches("node_cpu_ratio > 85% and node_cpu_domains_ratio > 65%"), "0 0");
  EXPECT_EQ(branches("node_cpu_ratio > 85% or node_memory_used_ratio > 65%"), "0 1");
  EXPECT_EQ(branches("node_cpu_ratio > 85% and node_net_used_ratio > 65% or node_memory_used_ratio > 90%"), "0 0 1");
  EXPECT_EQ(branches("node_cpu_ratio > 85% and (node_net_used_ratio > 65% or node_memory_used_ratio > 90%)"), "0 1 2")
      << "the first has to hold with either, so that none is left out";
  EXPECT_EQ(branches("node_cpu_ratio > 85% and on(zone) node_memory_used_ratio > 90%"), "0 1")
      << "it may be another node's";
}

TEST(AimsOf, ASelectorTellsWhichNodesAComparisonIsAbout) {
  const auto all =
      aims_of(*checked("node_cpu_ratio{node=~\"big.*\"} > 90% or node_cpu_ratio{node!~\"big.*\"} > 70%"), nullptr);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(all[0].is_about("big1"));
  EXPECT_FALSE(all[0].is_about("h1"));
  EXPECT_TRUE(all[1].is_about("h1"));
  EXPECT_EQ(aims_of(*checked("node_cpu_ratio > 90%"), nullptr).front().is_about, nullptr) << "each node";
}

TEST(AimsOf, WhatIsAboutNoneOrSeveralAreEmpty) {
  EXPECT_EQ(aims("node_volume > 4"), "");
  EXPECT_EQ(aims("node_load_1m + node_swap_used_ratio > 2"), "");
  EXPECT_EQ(aims("node_cpu_ratio < 10%"), "CPU") << "a mark below which a node is emptied is none to relieve it at";
}

}  // namespace
}  // namespace hotspot::rules
