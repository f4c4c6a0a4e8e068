// The engine's state in Redis and back.
#include "actuator/loop/rule_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "actuator/record/rule_state.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/files/check.h"
#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using testing::cluster_of;
using testing::domain;
using testing::node;

constexpr const char* kTwoRules =
    "groups:\n- name: g\n  rules:\n"
    "  - {hotspot: Timed, expr: domain_cpu_ratio > 90%, for: 30s}\n"
    "  - {hotspot: Counted, expr: domain_cpu_ratio > 80%, for: 3 of 5}\n"
    "  - {hotspot: Idle, expr: node_cpu_ratio < 90%}\n";

struct Rules {
  Rules() { engine.load(rules::check({{"rules.yaml", kTwoRules}}).rules); }
  rules::Evaluation second(double cpu) {
    now += Milliseconds(1000);
    return engine.evaluate(cluster_of({node("h1").at(now, ++sequence).with(domain("a").cpu(cpu))}), now, {});
  }
  std::map<std::string, std::string> fields() const { return rule_fields(engine.save(), engine.node_clocks()); }

  rules::Engine engine;
  WallTime now = hotspot::testing::kNow;
  std::uint64_t sequence = 0;
};

TEST(RuleRecords, AreAllThatANewEngineNeeds) {
  Rules before, after;
  for (int i = 0; i < 2; ++i) before.second(0.95);
  const auto fields = before.fields();
  EXPECT_EQ(fields.size(), 3u) << "the domain, the node, the clock";
  auto saved = saved_rules(fields);
  ASSERT_TRUE(saved.ok()) << saved.error().message;
  after.engine.restore(std::move(saved).value());
  after.now = before.now;
  after.sequence = before.sequence;
  const rules::Evaluation left = before.second(0.95), right = after.second(0.95);
  ASSERT_EQ(right.firings.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(right.firings[i].phase, left.firings[i].phase);
    EXPECT_EQ(right.firings[i].held, left.firings[i].held);
    EXPECT_EQ(right.firings[i].pending_since, left.firings[i].pending_since);
    EXPECT_EQ(right.firings[i].first_sample_at, left.firings[i].first_sample_at);
    EXPECT_EQ(right.firings[i].firing_since, left.firings[i].firing_since);
  }
  EXPECT_EQ(after.fields(), before.fields());
}

TEST(RuleRecords, OfSamplesThatCannotBeAreRefused) {
  const std::string subject =
      R"({"kind":"cluster","pending_since_ms":1,"first_sample_ms":1,"last_held_ms":1,"last_sample_ms":1,)"
      R"("last_evaluation_ms":1,"samples":[[1,1,"1"],[2,2,3,3,"11"]]})";
  const auto saved = saved_rules(
      {{"rule_state:00", R"({"rules":[{"rule":"Hot","group":"g","expr":"1","subjects":[)" + subject + "]}]}"}});
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().message, "the saved state of rule 'Hot' has samples that cannot be");
}

TEST(RuleRecords, OfNoRuleAreNone) {
  EXPECT_TRUE(saved_rules({})->empty());
  EXPECT_FALSE(saved_rules({{"rule_state", "of before"}}).ok());
}

}  // namespace
}  // namespace hotspot::loop
