#include "actuator/rules/evaluate/limits_of.h"

#include <gtest/gtest.h>

#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules {
namespace {

// A checked expression and its limits, "metric OP value" each.
class Limits {
 public:
  explicit Limits(const std::string& text) : parsed_(parse_expression(text)) {
    EXPECT_NE(parsed_.expression, nullptr) << text;
    if (parsed_.expression == nullptr) return;
    check_expression(*parsed_.expression, parsed_.problems);
    limits_ = limits_of(*parsed_.expression);
  }

  std::string text() const {
    std::string all;
    for (const Limit& limit : limits_) {
      char value[40];
      std::snprintf(value, sizeof value, "%.10g", limit.value);
      all += (all.empty() ? "" : "; ") + std::string(limit.metric) + " " + to_string(limit.comparison) + " " + value;
    }
    return all;
  }
  bool is_for(const LimitSubject& subject) const { return limits_.size() == 1 && is_limit_for(limits_[0], subject); }

 private:
  ParsedExpression parsed_;
  std::vector<Limit> limits_;
};

std::string limits(const std::string& text) { return Limits(text).text(); }

TEST(LimitsOf, AComparisonWithANumberIsOneInBaseUnits) {
  EXPECT_EQ(limits("domain_cpu_ratio > 90%"), "domain_cpu_ratio > 0.9");
  EXPECT_EQ(limits("domain_memory_balloon_bytes <= 1GiB"), "domain_memory_balloon_bytes <= 1073741824");
  EXPECT_EQ(limits("snapshot_age_seconds >= 2m"), "snapshot_age_seconds >= 120");
  EXPECT_EQ(limits("node_domains != 0"), "node_domains != 0");
  EXPECT_EQ(limits("((node_volume)) == 16"), "node_volume == 16");
}

TEST(LimitsOf, TheMetricComesFirstWhicheverSideItWasWrittenOn) {
  EXPECT_EQ(limits("90% < domain_cpu_ratio"), "domain_cpu_ratio > 0.9");
  EXPECT_EQ(limits("30% >= domain_cpu_ratio"), "domain_cpu_ratio <= 0.3");
}

TEST(LimitsOf, AMeanOrAnExtremeOverTimeHasTheLimitOfItsMetric) {
  EXPECT_EQ(limits("avg_over_time(node_cpu_ratio[5m]) > 85%"), "node_cpu_ratio > 0.85");
  EXPECT_EQ(limits("quantile_over_time(0.9, node_cpu_ratio[5m]) > 85%"), "node_cpu_ratio > 0.85");
}

TEST(LimitsOf, BothSidesOfAndAndOrCountAndTheLeftOfUnless) {
  EXPECT_EQ(limits("(node_cpu_ratio > 85% and node_cpu_domains_ratio > 65%) or node_volume > 16"),
            "node_cpu_ratio > 0.85; node_cpu_domains_ratio > 0.65; node_volume > 16");
  EXPECT_EQ(limits("domain_cpu_ratio > 80% and on(node) node_cpu_ratio > 90%"),
            "domain_cpu_ratio > 0.8; node_cpu_ratio > 0.9");
  EXPECT_EQ(limits("domain_memory_used_ratio < 20% unless domain_swap_in_bytes_per_second > 0"),
            "domain_memory_used_ratio < 0.2");
}

TEST(LimitsOf, NumbersAroundTheMetricAreTakenAway) {
  EXPECT_EQ(limits("100 * domain_cpu_ratio > 90"), "domain_cpu_ratio > 0.9");
  EXPECT_EQ(limits("domain_cpu_ratio / 2 + 0.05 > 0.5"), "domain_cpu_ratio > 0.9");
  EXPECT_EQ(limits("1 - domain_cpu_ratio < 10%"), "domain_cpu_ratio > 0.9");
  EXPECT_EQ(limits("-domain_cpu_ratio < -(1 - 0.1)"), "domain_cpu_ratio > 0.9");
  EXPECT_EQ(limits("domain_cpu_ratio - 0.9 > 0"), "domain_cpu_ratio > 0.9");
  EXPECT_EQ(limits("node_domains * 2 > 0"), "node_domains > 0");
}

TEST(LimitsOf, EachComparisonOfAChainIsOne) {
  EXPECT_EQ(limits("domain_cpu_ratio > 50% < 90%"), "domain_cpu_ratio > 0.5; domain_cpu_ratio < 0.9");
  EXPECT_EQ(limits("10% < domain_cpu_ratio != 42%"), "domain_cpu_ratio > 0.1; domain_cpu_ratio != 0.42");
  EXPECT_EQ(limits("(node_cpu_ratio > 85% and node_volume > 16) > 90%"), "node_cpu_ratio > 0.85; node_volume > 16");
  EXPECT_EQ(limits("(domain_cpu_ratio > 50%) > bool 90%"), "");
}

TEST(LimitsOf, NumbersThatAreReckonedWithAreOneNumber) {
  EXPECT_EQ(limits("node_volume > 2 ^ 3 % 5"), "node_volume > 3");
  EXPECT_EQ(limits("domain_memory_balloon_bytes > 2 * 1GiB"), "domain_memory_balloon_bytes > 2147483648");
  EXPECT_EQ(limits("node_volume > time()"), "") << "this one depends on when it is asked";
}

TEST(LimitsOf, WhatIsNoLimitOfOneMetricAddsNothing) {
  for (const char* text :
       {"domain_cpu_ratio", "domain_cpu_ratio > bool 90%", "domain_cpu_ratio > domain_cpu_steal_ratio",
        "sum by (node) (domain_cpu_ratio) > 2", "rate(domain_vcpus[5m]) > 1",
        "predict_ar(node_cpu_ratio[5m], 10s) > 75%", "1 / domain_cpu_ratio > 2", "domain_cpu_ratio * 0 > 1",
        "domain_cpu_ratio * (1 / 0) > 1", "domain_cpu_ratio ^ 2 > 1", "domain_cpu_ratio > 1 / 0", "1 > bool 2",
        "absent(domain_cpu_ratio) > 0", "{domain=\"web\"} > 1", "(domain_cpu_ratio > 50%) + 1 > 2"}) {
    EXPECT_EQ(limits(text), "") << text;
  }
}

TEST(LimitsOf, TheSelectorSaysOfWhomItIsALimit) {
  const Limits one(R"(domain_cpu_ratio{domain=~"web.*",node!="n2"} > 90%)");
  EXPECT_TRUE(one.is_for({.domain = "web1", .node = "n1"}));
  EXPECT_FALSE(one.is_for({.domain = "db", .node = "n1"}));
  EXPECT_FALSE(one.is_for({.domain = "web1", .node = "n2"}));
  EXPECT_TRUE(one.is_for({.domain = "web1", .node = ""})) << "a node that is not known leaves nothing out";
  EXPECT_TRUE(Limits("node_cpu_ratio > 90%").is_for({.domain = "", .node = "n2"}));
}

}  // namespace
}  // namespace hotspot::rules
