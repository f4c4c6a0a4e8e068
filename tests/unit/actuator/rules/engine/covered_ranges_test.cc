// A range that is not yet covered is no reason to act.
#include <gtest/gtest.h>

#include "actuator/rules/engine/covered_ranges.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/firing.h"
#include "tests/support/build_cluster.h"

namespace hotspot::rules {
namespace {

using testing::domain;
using testing::kNow;
using testing::node;

// A cluster whose domains are hot from the first second on.
struct Hot {
  explicit Hot(const std::string& expr, const std::string& more = "    remedy: [migrate]\n",
               const std::string& first = "") {
    const std::string text =
        "groups:\n- name: g\n  rules:\n" + first + "  - hotspot: H\n    expr: " + expr + "\n" + more;
    const auto rules = check({{"r.yaml", text}});
    EXPECT_TRUE(rules.ok()) << format(rules.diagnostics, {{"r.yaml", text}});
    engine.load(rules.rules);
  }
  Step second() {
    now += Milliseconds(1000);
    auto h1 = node("h1").cpu(0.95).at(now, ++sequence).with(domain("a").cpu(0.95));
    if (with_late) h1.with(domain("late").cpu(0.95));
    cluster.apply(h1, now);
    engine.observe(cluster, now);
    return engine.step(cluster, now, {});
  }
  // The second in which the rule fires on so many subjects; 0: not within `most`.
  int fires_after(int most, std::size_t subjects = 1) {
    for (int i = 1; i <= most; ++i) {
      if (second().firing >= subjects) return i;
    }
    return 0;
  }
  Engine engine;
  model::Cluster cluster;
  WallTime now = kNow;
  std::uint64_t sequence = 0;
  bool with_late = false;
};

TEST(PartialRange, IsNoReasonToFireForARuleThatActs) {
  Hot hot("avg_over_time(domain_cpu_ratio[5m]) > 0.9");
  const int after = hot.fires_after(400);
  EXPECT_GE(after, 285);
  EXPECT_LE(after, 301);
}

TEST(PartialRange, IsSaidOfWhatIsPending) {
  Hot hot("avg_over_time(domain_cpu_ratio[5m]) > 0.9");
  EXPECT_EQ(hot.fires_after(121), 0);
  const auto pending = hot.engine.firings(Phase::kPending, 10);
  ASSERT_EQ(pending.size(), 1u);
  EXPECT_EQ(pending[0].waits, "domain_cpu_ratio reaches back 2 min of 5 min");
  EXPECT_GT(hot.fires_after(300), 0);
  EXPECT_EQ(hot.engine.firings(Phase::kFiring, 10)[0].waits, "");
}

TEST(PartialRange, MayBeAllowedByTheRule) {
  Hot hot("avg_over_time(domain_cpu_ratio[5m]) > 0.9", "    remedy: [migrate]\n    partial_window: allow\n");
  EXPECT_EQ(hot.fires_after(10), 1);
}

TEST(PartialRange, IsNoMatterForARuleThatOnlyTells) {
  Hot hot("avg_over_time(domain_cpu_ratio[5m]) > 0.9", "");
  EXPECT_EQ(hot.fires_after(10), 1);
}

TEST(PartialRange, IsNoMatterWhereNothingLooksBack) {
  Hot hot("domain_cpu_ratio > 0.9");
  EXPECT_EQ(hot.fires_after(10), 1);
}

TEST(PartialRange, IsTheDomainsOwnAlsoOnANodeThatIsLongKnown) {
  Hot hot("avg_over_time(domain_cpu_ratio[5m]) > 0.9");
  ASSERT_GT(hot.fires_after(400), 0);
  hot.with_late = true;
  const int after = hot.fires_after(400, 2);
  EXPECT_GE(after, 285);
  EXPECT_LE(after, 301);
}

TEST(PartialRange, OfANodeIsFullOnceADomainOfItReachesBack) {
  Hot hot("sum by (node) (avg_over_time(domain_cpu_ratio[2m])) > 0.9");
  const int after = hot.fires_after(200);
  EXPECT_GE(after, 110);
  EXPECT_LE(after, 121);
}

TEST(PartialRange, CountsInWhatARecordingRuleIsMadeOf) {
  Hot hot("r > 0.9", "    remedy: [migrate]\n", "  - record: r\n    expr: avg_over_time(domain_cpu_ratio[2m])\n");
  const int after = hot.fires_after(200);
  EXPECT_GE(after, 110);
  EXPECT_LE(after, 121);
}

TEST(PartialRange, OfASubqueryCountsToo) {
  Hot hot("max_over_time((domain_cpu_ratio + 0)[2m:10s]) > 0.9");
  EXPECT_GE(hot.fires_after(200), 110);
}

// Series of one metric that reach back by so many minutes; "" is no label.
struct Reaching {
  const char *node, *domain;
  int minutes;
};

std::string missing(const std::vector<Reaching>& all, std::string_view node, std::string_view domain) {
  Store store;
  for (const Reaching& one : all) {
    for (int m = one.minutes; m >= 0; --m)
      store.append({{"__name__", "m"}, {"node", one.node}, {"domain", one.domain}}, kNow - std::chrono::minutes(m), 1);
  }
  const NeededRanges needed{{"m", std::chrono::minutes(10)}};
  CoveredRanges ranges(store, needed, kNow, kNow - std::chrono::minutes(3));
  const auto partial = ranges.missing(node, domain);
  return partial ? describe(*partial) : "full";
}

TEST(PartialRange, OfTwoDomainsOfOneNameIsThatOfTheirNode) {
  const std::vector<Reaching> twins{{"h1", "web", 10}, {"h2", "web", 4}, {"h2", "db", 10}};
  EXPECT_EQ(missing(twins, "h1", "web"), "full");
  EXPECT_EQ(missing(twins, "h2", "web"), "m reaches back 4 min of 10 min");
  EXPECT_EQ(missing(twins, "h2", "db"), "full");
}

TEST(PartialRange, OfALabelThatTheSubjectHasNotIsThatOfAnySeries) {
  const std::vector<Reaching> all{{"h1", "a", 4}, {"h2", "a", 6}, {"h2", "b", 10}};
  EXPECT_EQ(missing(all, "", "a"), "m reaches back 6 min of 10 min");
  EXPECT_EQ(missing(all, "h1", ""), "m reaches back 4 min of 10 min");
  EXPECT_EQ(missing(all, "h2", ""), "full");
  EXPECT_EQ(missing(all, "", ""), "full");
}

TEST(PartialRange, OfALabelThatTheSeriesHasNotFitsEverySubject) {
  const std::vector<Reaching> all{{"h1", "a", 4}, {"h1", "", 6}, {"", "b", 10}, {"h3", "c", 2}};
  EXPECT_EQ(missing(all, "h1", "a"), "m reaches back 6 min of 10 min");
  EXPECT_EQ(missing(all, "h1", "b"), "full");
  EXPECT_EQ(missing(all, "h2", "b"), "full");
  EXPECT_EQ(missing(all, "h3", "c"), "m reaches back 2 min of 10 min");
}

TEST(PartialRange, WithoutAnySeriesOfTheSubjectIsThatOfTheEngine) {
  EXPECT_EQ(missing({{"h1", "a", 10}}, "h2", "a"), "m reaches back 3 min of 10 min");
  EXPECT_EQ(missing({{"h1", "a", 10}}, "h1", "b"), "m reaches back 3 min of 10 min");
}

TEST(PartialRange, IsAKeyThatIsChecked) {
  const std::string text =
      "groups:\n- name: g\n  rules:\n  - hotspot: H\n    expr: domain_cpu_ratio > 0.9\n    partial_window: alow\n";
  const auto rules = check({{"r.yaml", text}});
  ASSERT_FALSE(rules.ok());
  EXPECT_EQ(rules.diagnostics[0].suggestion, "allow");
}

}  // namespace
}  // namespace hotspot::rules
