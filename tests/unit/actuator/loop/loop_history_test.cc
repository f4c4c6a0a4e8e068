// Rounds of the daemon whose rules look back: what history gives them at the start, and without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "actuator/loop/loop.h"
#include "tests/support/fakes/fake_history.h"
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// An hour of h1's past in steps of ten seconds, for rules that look back so far.
class LoopHistoryTest : public LoopStage {
 protected:
  LoopHistoryTest() {
    rules_text_ =
        "groups:\n- name: long\n  rules:\n"
        "  - record: node:cpu:mean\n    expr: avg by (node) (domain_cpu_ratio)\n"
        "  - alert: RecordedLong\n    expr: count_over_time(node:cpu:mean[50m]) > 250 and "
        "avg_over_time(node:cpu:mean[50m]) > 50%\n"
        "  - alert: Long\n    expr: count_over_time(domain_cpu_ratio[50m]) > 250\n";
    options_.history_limit = 5 * kSecond;
    model::HistorySeries stored{"domain_cpu_ratio", "h1", "a", -1, "", 10 * kSecond, {}};
    for (int i = 359; i >= 0; --i) stored.samples.push_back({kNow - i * 10 * kSecond, 0.6});
    history_.store(stored);
    ask_history_ = [this](HistoryRequest request) { requests_.push_back(std::move(request)); };
    loop_ = make_loop("hotspotd@one:1", lease_);
  }

  void answer() {
    ASSERT_FALSE(requests_.empty());
    loop_->take(read_history(history_, requests_.back(), false));
  }
  std::vector<std::string> firing() {
    std::vector<std::string> names;
    const nlohmann::json all = status();
    for (const auto& one : all.at("firings")) names.push_back(one.at("rule"));
    return names;
  }

  fakes::FakeHistory history_;
  std::vector<HistoryRequest> requests_;
};

TEST_F(LoopHistoryTest, FiresOnLongWindowsAtOnceWhenHistoryFillsThem) {
  for (int i = 0; i < 4; ++i) second(0.6);
  EXPECT_EQ(requests_.size(), 1u) << "asked once, when no more nodes come";
  EXPECT_THAT(firing(), IsEmpty());
  EXPECT_EQ(status().at("windows").at("state"), "reading");
  answer();
  for (int i = 0; i < 2; ++i) second(0.6);
  EXPECT_THAT(firing(), ElementsAre("RecordedLong", "Long"));
  const auto windows = status().at("windows");
  EXPECT_EQ(windows.at("state"), "filled");
  EXPECT_EQ(windows.at("history_to"), to_unix_seconds(kNow));
  EXPECT_EQ(windows.at("list").at(0).at("metric"), "domain_cpu_ratio");
  EXPECT_EQ(windows.at("list").at(0).at("reach_seconds"), 3000);
}

TEST_F(LoopHistoryTest, GoesOnWithoutHistoryThatCannotBeReadAndSaysSo) {
  history_.fail("rrdcached at unix:/run/rrdcached.sock does not answer");
  for (int i = 0; i < 4; ++i) second(0.6);
  answer();
  for (int i = 0; i < 2; ++i) second(0.6);
  EXPECT_EQ(status().at("windows").at("state"), "failed");
  EXPECT_THAT(status().at("windows").at("message").get<std::string>(), HasSubstr("does not answer"));
  EXPECT_THAT(log_, Contains(HasSubstr("no history for the rules' windows")));
  EXPECT_THAT(firing(), IsEmpty());
}

TEST_F(LoopHistoryTest, SaysOnceThatAReadIsSlowAndTakesWhatComesLate) {
  for (int i = 0; i < 12; ++i) second(0.6);
  const auto slow = std::count_if(log_.begin(), log_.end(), [](const std::string& line) {
    return line.find("reading history takes longer than 5 s") != std::string::npos;
  });
  EXPECT_EQ(slow, 1);
  answer();
  second(0.6);
  second(0.6);
  EXPECT_THAT(firing(), Contains("Long"));
}

TEST_F(LoopHistoryTest, ReadsAgainForASetThatLooksBackFurther) {
  for (int i = 0; i < 4; ++i) second(0.6);
  answer();
  second(0.6);
  rules_text_ =
      "groups:\n- name: long\n  rules:\n  - alert: Longer\n    expr: count_over_time(domain_cpu_ratio[55m]) > 3200\n";
  loop_->take(ReloadRules{"SIGHUP"});
  for (int i = 0; i < 3; ++i) second(0.6);
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_THAT(firing(), IsEmpty());
  answer();
  second(0.6);
  second(0.6);
  EXPECT_THAT(firing(), ElementsAre("Longer"));
}

TEST_F(LoopHistoryTest, DoesNotAskWhenNoRuleLooksBack) {
  rules_text_ = kCpuRule;
  loop_->take(ReloadRules{"SIGHUP"});
  for (int i = 0; i < 6; ++i) second(0.2);
  EXPECT_THAT(requests_, IsEmpty());
  EXPECT_EQ(status().at("windows").at("state"), "");
}

}  // namespace
}  // namespace hotspot::loop
