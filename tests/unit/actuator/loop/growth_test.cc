// Hours in which domains come and go and nodes fall silent for good: what is remembered stays as large as a day of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

constexpr const char* kHotAtOnce = R"(groups:
- name: cpu
  rules:
  - hotspot: Hot
    expr: domain_cpu_ratio > 90%
    for: 1 of 1
    remedy: [scale_vcpus: {by: 1}]
)";
constexpr int kHoursANode = 2;  // after which it is replaced by one of another name
constexpr int kHours = 58;
constexpr int kMinutesARound = 4;

class Growth : public LoopStage {
 protected:
  Growth() {
    rules_text_ = kHotAtOnce;
    options_.mode = rules::Mode::kRecommend;
    for (int i = 0; i <= kHours / kHoursANode; ++i) admit(passing(i));
    loop_ = make_loop("hotspotd@one:1", long_lease_);
  }
  ~Growth() override { loop_.reset(); }

  std::uint64_t minutes() const { return sequence_ * kMinutesARound; }
  static std::string passing(int number) { return "passing" + std::to_string(number); }

  // A node with four domains, of which one is replaced every ten minutes, and whose vCPUs others change.
  telemetry::NodeSnapshot changing(const std::string& name) {
    auto built = node(name).at(clock_.now(), sequence_).interval(60 * kMinutesARound);
    for (std::uint64_t d = 0; d < 4; ++d) {
      const std::string id = name + "-" + std::to_string(minutes() / 10 + d);
      built.with(domain(id).cpu(d == 0 ? 0.95 : 0.1).vcpus(1 + static_cast<int>(minutes() / 12 % 2), 4));
    }
    return built;
  }

  void live(int hours) {
    for (int i = 0; i < hours * 60 / kMinutesARound; ++i) {
      clock_.advance(std::chrono::minutes(kMinutesARound));
      ++sequence_;
      const int number = static_cast<int>(minutes()) / (60 * kHoursANode);
      admitting_.deliver(*loop_, clock_.now());
      std::vector<ports::Arrival> arrivals;
      for (const std::string& name : {std::string("h1"), std::string("h2"), passing(number)})
        arrivals.push_back({changing(name), clock_.now()});
      loop_->take(std::move(arrivals));
      loop_->tick();
      store_.entries.clear(), store_.decisions.clear(), log_.clear(), shown_.clear();
    }
  }

  fakes::FakeLease long_lease_{store_, clock_, "hotspotd@one:1", std::chrono::hours(1)};
};

TEST_F(Growth, WhatIsRememberedIsThatOfADay) {
  live(30);
  const auto after_a_day = loop_->remembered();
  const std::size_t bytes_after_a_day = mallinfo2().uordblks;
  ASSERT_GT(after_a_day.at("changes of others"), 100U) << "the domains of a day are remembered";
  ASSERT_GE(after_a_day.at("nodes"), 10U);
  live(kHours - 30);
  for (const auto& [what, count] : loop_->remembered())
    EXPECT_LE(count, after_a_day.at(what) + after_a_day.at(what) / 10 + 5) << what;
  EXPECT_LE(loop_->remembered().at("changes of others"), after_a_day.at("changes of others") + 12);
  EXPECT_LE(loop_->remembered().at("nodes of windows"), 2 * loop_->remembered().at("nodes"));
  EXPECT_LE(mallinfo2().uordblks, bytes_after_a_day + bytes_after_a_day / 10 + 200'000) << "bytes in use";
}

class ActionsGrowth : public LoopStage {};

TEST_F(ActionsGrowth, TheConnectionOfANodeThatWasForgottenIsForgotten) {
  second(0.1);
  hypervisor_.set_identity(uuid_of("h5"), {uuid_of("h5"), "h5", 4, 8 * kGibibyte});
  std::vector<ports::Arrival> arrivals;
  arrivals.push_back({node("h5").at(clock_.now()), clock_.now()});
  loop_->take(std::move(arrivals));
  int number = 0;
  const auto ask = [&](const std::string& verb, std::map<std::string, std::string> arguments) {
    const std::string id = std::to_string(to_unix_ms(clock_.now())) + "-" + std::to_string(++number);
    loop_->take(ports::Command{id, verb, std::move(arguments), clock_.now(), record::Channel::kAdmin});
    loop_->tick();
    admitting_.deliver(*loop_, clock_.now());
    loop_->tick();
  };
  ask("admit", {{"node", uuid_of("h5")}, {"uri", "qemu+tcp://h5/system"}, {"owner", "ada"}});
  EXPECT_EQ(loop_->remembered().at("connections"), 3U) << ::testing::PrintToString(log_);
  ask("forget", {{"node", "h5"}, {"owner", "ada"}});
  EXPECT_EQ(loop_->remembered().at("connections"), 2U) << ::testing::PrintToString(log_);
}

TEST_F(ActionsGrowth, WhenActionsOnNodesEndedIsForgottenAfterADay) {
  hypervisor_.add_domain(uuid_of("h2"), uuid_of("b"), facts(1));
  second(0.2);
  second(0.95);
  second(0.95);
  ASSERT_TRUE(wait_for([&] { return loop_->tick(), journal().size() > 1; })) << ::testing::PrintToString(journal());
  for (int i = 0; i < 5; ++i) second(0.95, 2);
  ASSERT_TRUE(journal_reaches("done vCPUs 1 → 2"));
  EXPECT_EQ(loop_->remembered().at("ends of actions"), 1U);
  EXPECT_EQ(loop_->remembered().at("actions begun"), 0U);
  clock_.advance(Milliseconds(std::chrono::hours(25)));
  const auto on_h2 = [&](double cpu, int vcpus) {
    clock_.advance(kSecond);
    ++sequence_;
    std::vector<ports::Arrival> arrivals;
    arrivals.push_back(
        {node("h2").at(clock_.now(), sequence_).with(domain("b").cpu(cpu).vcpus(vcpus, 4)), clock_.now()});
    loop_->take(std::move(arrivals));
    loop_->tick();
  };
  store_.entries.clear();
  for (int i = 0; i < 4; ++i) on_h2(0.95, 1);
  ASSERT_TRUE(wait_for([&] { return loop_->tick(), journal().size() > 1; })) << ::testing::PrintToString(journal());
  for (int i = 0; i < 5; ++i) on_h2(0.95, 2);
  ASSERT_TRUE(journal_reaches("done vCPUs 1 → 2"));
  EXPECT_EQ(loop_->remembered().at("ends of actions"), 1U) << "that of h1 is forgotten";
}

}  // namespace
}  // namespace hotspot::loop
