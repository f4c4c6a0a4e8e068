#include "actuator/rules/replay/drawable.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Drawable drawable_of(const std::string& expression, const std::string& more = "") {
  const std::vector<SourceFile> files{
      {"a.yml", "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: " + expression + "\n" + more}};
  const CheckedRules checked = check(files);
  EXPECT_TRUE(checked.ok()) << format(checked.diagnostics, files);
  return checked.ok() ? drawable(checked.rules->rules.front()) : Drawable{};
}

ValueLimit limit(const char* comparison, double value, bool until = false) { return {comparison, value, until}; }

TEST(Drawable, TheValueIsWhatIsComparedAndTheLimitTheNumber) {
  const Drawable one = drawable_of("domain_cpu_ratio > 90%");
  EXPECT_EQ(one.text, "domain_cpu_ratio");
  EXPECT_THAT(one.limits, ElementsAre(limit(">", 0.9)));
  EXPECT_EQ(one.kind, LimitKind::kNumber);
  EXPECT_FALSE(one.only_while_it_holds);
}

TEST(Drawable, ALimitOnTheLeftIsReadFromTheOtherSide) {
  const Drawable one = drawable_of("2 * 1GiB >= domain_memory_balloon_bytes");
  EXPECT_EQ(one.text, "domain_memory_balloon_bytes");
  EXPECT_THAT(one.limits, ElementsAre(limit("<=", 2.0 * (1 << 30))));
}

TEST(Drawable, WithinAndItIsTheValueAndTheLimitOfTheLeft) {
  const Drawable one = drawable_of("(avg_over_time(domain_cpu_ratio[5m]) > 80%) and domain_cpu_steal_ratio > 5%");
  EXPECT_EQ(one.text, "avg_over_time(domain_cpu_ratio[5m])");
  EXPECT_THAT(one.limits, ElementsAre(limit(">", 0.8)));
  EXPECT_THAT(drawable_of("node_cpu_ratio > 10% unless node_cpu_ratio > 50%").limits, ElementsAre(limit(">", 0.1)));
}

TEST(Drawable, SeveralLimitsOfOneValueAreAllThere) {
  EXPECT_THAT(drawable_of("node_cpu_ratio > 10% < 50%").limits, ElementsAre(limit(">", 0.1), limit("<", 0.5)));
  EXPECT_THAT(drawable_of("node_cpu_ratio > 10% and node_cpu_ratio < 50%").limits,
              ElementsAre(limit(">", 0.1), limit("<", 0.5)));
  const Drawable outside = drawable_of("node_cpu_ratio < 10% or node_cpu_ratio > 50%");
  EXPECT_EQ(outside.text, "node_cpu_ratio");
  EXPECT_THAT(outside.limits, ElementsAre(limit("<", 0.1), limit(">", 0.5)));
}

TEST(Drawable, TheOffMarkIsALimitOfTheSameValueOnly) {
  EXPECT_THAT(drawable_of("node_cpu_ratio > 90%", "    until: node_cpu_ratio < 70%\n").limits,
              ElementsAre(limit(">", 0.9), limit("<", 0.7, true)));
  EXPECT_THAT(drawable_of("node_cpu_ratio > 90%", "    until: node_memory_used_ratio < 70%\n").limits,
              ElementsAre(limit(">", 0.9)));
}

TEST(Drawable, WhatIsComparedWithASeriesHasNoLimitAndSaysSo) {
  const Drawable one = drawable_of("domain_memory_balloon_bytes > domain_memory_balloon_max_bytes * 90%");
  EXPECT_EQ(one.text, "domain_memory_balloon_bytes");
  EXPECT_THAT(one.limits, IsEmpty());
  EXPECT_EQ(one.kind, LimitKind::kSeries);
  EXPECT_EQ(drawable_of("node_cpu_ratio > scalar(avg(node_cpu_ratio))").kind, LimitKind::kSeries);
  EXPECT_EQ(drawable_of("node_cpu_ratio > time() / 1e10").kind, LimitKind::kSeries) << "it moves";
}

TEST(Drawable, EitherOfTwoValuesIsDrawnOnlyWhileItHolds) {
  const Drawable one = drawable_of("node_cpu_ratio > 90% or node_memory_used_ratio > 90%");
  EXPECT_EQ(one.text, "node_cpu_ratio > 90% or node_memory_used_ratio > 90%");
  EXPECT_THAT(one.limits, IsEmpty());
  EXPECT_EQ(one.kind, LimitKind::kSeveral);
  EXPECT_TRUE(one.only_while_it_holds);
}

TEST(Drawable, WhatIsComparedWithNothingHasNoLimit) {
  EXPECT_EQ(drawable_of("absent(node_cpu_ratio)").kind, LimitKind::kNone);
  EXPECT_TRUE(drawable_of("absent(node_cpu_ratio)").only_while_it_holds);
  EXPECT_EQ(drawable_of("domain_cpu_ratio and domain_vcpus > 2").kind, LimitKind::kNone) << "the limit is another's";
}

TEST(Drawable, CountsOfWhatHoldsAreKnownOnlyWhileSomethingHolds) {
  const Drawable one = drawable_of("count(domain_cpu_ratio > 90%) > 3");
  EXPECT_EQ(one.text, "count(domain_cpu_ratio > 90%)");
  EXPECT_THAT(one.limits, ElementsAre(limit(">", 3)));
  EXPECT_TRUE(one.only_while_it_holds);
}

}  // namespace
}  // namespace hotspot::rules
