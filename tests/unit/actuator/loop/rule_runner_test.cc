// How long rules take, as the metrics tell it.
#include "actuator/loop/rule_runner.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "actuator/rules/files/check.h"
#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_clock.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;

constexpr const char* kRule = R"(groups:
- name: cpu
  rules:
  - hotspot: Hot
    expr: domain_cpu_ratio > 90%
    for: 1 of 1
    remedy: [scale_vcpus: {by: 1}]
)";

// Observing a cluster, and evaluating rules on it, ask for the time once each: as if each took a millisecond.
class TimeIsAskedFor : public fakes::FakeClock {
 public:
  using FakeClock::FakeClock;
  WallTime now() const override {
    asked_ += std::chrono::milliseconds(1);
    return FakeClock::now();
  }
  std::chrono::nanoseconds exact() const override { return asked_; }

 private:
  mutable std::chrono::nanoseconds asked_{0};
};

TEST(RuleRunner, TheTimeOfAnEvaluationIncludesWhatTheRulesObserveForIt) {
  const TimeIsAskedFor clock(kNow);
  const Log log = [](LogLevel, const std::string&) {};
  LogStory story(log, clock);
  Options options;
  RuleRunner runner(options,
                    {.load =
                         [] {
                           LoadedRules loaded;
                           loaded.files = {{"rules.yaml", kRule}};
                           loaded.checked = rules::check(loaded.files);
                           return loaded;
                         },
                     .clock = clock,
                     .story = story},
                    log);
  ASSERT_NE(runner.reload("start"), nullptr);
  Intake intake(options.freshness);
  ASSERT_TRUE(intake.take({node("h1").at(kNow).with(domain("a").cpu(0.95)), kNow}, "test"));
  runner.evaluate(intake);
  EXPECT_EQ(runner.step().firing, 1U);
  EXPECT_EQ(runner.meters().evaluations, 1U);
  EXPECT_EQ(runner.meters().last_evaluation, std::chrono::milliseconds(2));
}

}  // namespace
}  // namespace hotspot::loop
