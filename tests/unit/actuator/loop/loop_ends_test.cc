// What is over before it began is let go and costs nothing; guests that suffer from a shrink, in whole rounds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kGrowRule = R"(groups:
- name: cpu
  rules:
  - hotspot: DomainCpuHot
    expr: domain_cpu_ratio > 90%
    for: 2 of 3
    remedy: [scale_vcpus: {by: 1}]
    cooldown: 1m
)";

class LoopEndsTest : public LoopStage {
 protected:
  std::vector<std::string> sentences(const std::string& outcome) const {
    std::vector<std::string> all;
    for (const std::string& text : store_.decisions) {
      const auto json = nlohmann::json::parse(text);
      if (json.at("outcome") == outcome) all.push_back(json.at("sentence").get<std::string>());
    }
    return all;
  }
  std::ptrdiff_t intents() const {
    const auto lines = journal();
    return std::count(lines.begin(), lines.end(), "intent vCPUs 1 → 2");
  }
  std::string last_message() const { return store_.entries.empty() ? "" : store_.entries.back().message; }
};

// The second look takes its time; meanwhile the domain is calm again.
TEST_F(LoopEndsTest, WhatIsOverBeforeItBeganIsSkippedAndCostsNoRest) {
  second(0.2);
  hypervisor_.hang_node(uuid_of("h1"));
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("intent vCPUs 1 → 2"));
  for (int i = 0; i < 3; ++i) second(0.2);
  hypervisor_.mend_node(uuid_of("h1"));
  ASSERT_TRUE(journal_reaches("skipped vCPUs 1 → 2"));
  EXPECT_THAT(hypervisor_.calls(), Not(Contains(HasSubstr("set_vcpus"))));
  second(0.95);
  second(0.95);
  EXPECT_TRUE(wait_for([&] { return loop_->tick(), intents() == 2; }))
      << "it does not rest: " << ::testing::PrintToString(journal()) << ::testing::PrintToString(log_);
}

TEST_F(LoopEndsTest, WhatLibvirtRefusedInTheSecondLookIsNotTriedAgainWithinAMinute) {
  rules_text_ = kGrowRule;
  loop_ = make_loop("hotspotd@one:1", lease_);
  second(0.2);
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts(3));  // the snapshots do not show it yet
  second(0.95);
  second(0.95);
  ASSERT_TRUE(journal_reaches("skipped vCPUs 1 → 2"));
  EXPECT_THAT(last_message(), HasSubstr("a has 3 vCPUs by now"));
  for (int i = 0; i < 20; ++i) second(0.95);
  EXPECT_EQ(intents(), 1) << ::testing::PrintToString(journal());
  EXPECT_THAT(sentences("nothing"), Contains(HasSubstr("the same was skipped")));
  EXPECT_THAT(status().at("cooldowns"), ::testing::IsEmpty()) << "the domain does not rest";
  for (int i = 0; i < 45; ++i) second(0.95);
  EXPECT_TRUE(wait_for([&] { return loop_->tick(), intents() == 2; })) << ::testing::PrintToString(journal());
}

class FiringEndsTest : public LoopEndsTest {
 protected:
  FiringEndsTest() {
    options_.mode = rules::Mode::kRecommend;
    loop_ = make_loop("hotspotd@one:1", lease_);
  }
  std::vector<double> lasted() const {
    std::vector<double> all;
    for (const std::string& text : store_.decisions) {
      const auto json = nlohmann::json::parse(text);
      if (json.at("outcome") == "resolved")
        all.push_back(json.at("at").get<double>() - json.at("firing_since").get<double>());
    }
    return all;
  }
};

TEST_F(FiringEndsTest, ThatARuleIsResolvedStandsAmongTheDecisionsOnce) {
  for (const double cpu : {0.2, 0.95, 0.95, 0.95, 0.2, 0.2, 0.2}) second(cpu);
  EXPECT_THAT(sentences("resolved"),
              ::testing::ElementsAre(HasSubstr("rule DomainCpuHot is resolved on domain a on h1 after")));
  ASSERT_EQ(lasted().size(), 1u);
  EXPECT_NEAR(lasted()[0], 2, 1.01);
}

TEST_F(FiringEndsTest, TheNextLeaderRecordsTheEndOfWhatFiredBefore) {
  for (const double cpu : {0.2, 0.95, 0.95}) second(cpu);
  EXPECT_THAT(sentences("recommend"), ::testing::SizeIs(1)) << ::testing::PrintToString(log_);
  loop_->stop();
  fakes::FakeLease next(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", next);
  for (int i = 0; i < 4; ++i) second(0.2);
  EXPECT_THAT(sentences("resolved"), ::testing::SizeIs(1)) << ::testing::PrintToString(store_.decisions);
  EXPECT_THAT(lasted(), ::testing::ElementsAre(::testing::Gt(0.5)));
}

TEST_F(FiringEndsTest, TheNextLeaderRecordsWhatWasOverWhenItLookedFirst) {
  rules_text_ = "groups:\n- name: cpu\n  rules:\n  - {hotspot: Hot, expr: domain_cpu_ratio > 90%, remedy: [migrate]}\n";
  loop_ = make_loop("hotspotd@one:1", lease_);
  for (const double cpu : {0.2, 0.95, 0.95}) second(cpu);
  ASSERT_EQ(status().at("firing_count"), 1) << ::testing::PrintToString(log_);
  loop_->stop();
  fakes::FakeLease next(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", next);
  for (int i = 0; i < 3; ++i) second(0.2);
  EXPECT_THAT(sentences("resolved"), ::testing::SizeIs(1)) << ::testing::PrintToString(store_.decisions);
  EXPECT_THAT(lasted(), ::testing::ElementsAre(::testing::Gt(0.5)));
}

TEST_F(FiringEndsTest, AnEndThatCouldNotBeWrittenIsWrittenLater) {
  for (const double cpu : {0.2, 0.95, 0.95}) second(cpu);
  store_.reachable = false;
  for (int i = 0; i < 3; ++i) second(0.2);
  EXPECT_THAT(sentences("resolved"), ::testing::IsEmpty());
  store_.reachable = true;
  for (int i = 0; i < 3; ++i) second(0.2);
  EXPECT_THAT(sentences("resolved"), ::testing::SizeIs(1)) << ::testing::PrintToString(log_);
}

}  // namespace
}  // namespace hotspot::loop
