// What a domain's place is known by, and what targets said no to, in whole rounds of the daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/daemon/loop_stage.h"

namespace hotspot::daemon {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class TargetsTest : public LoopStage {
 protected:
  // A second later h1 and h2 both say that they run the domain.
  void both_run_it(double domain_cpu) {
    clock_.advance(kSecond);
    ++sequence_;
    std::vector<ports::Arrival> arrivals;
    for (const char* name : {"h1", "h2"})
      arrivals.push_back({node(name).at(clock_.now(), sequence_).with(domain("a").cpu(domain_cpu)), clock_.now()});
    loop_->take(std::move(arrivals));
    loop_->tick();
  }
  std::vector<std::string> decisions(const std::string& outcome) const {
    std::vector<std::string> all;
    for (const std::string& text : store_.decisions) {
      const auto json = nlohmann::json::parse(text);
      if (json.at("outcome") == outcome) all.push_back(json.at("sentence").get<std::string>());
    }
    return all;
  }
};

TEST_F(TargetsTest, ADomainThatRunsOnTwoNodesIsOneAlarmAndNothingIsDoneToIt) {
  second(0.2);
  for (int i = 0; i < 12; ++i) both_run_it(0.95);
  EXPECT_THAT(journal(), IsEmpty());
  EXPECT_EQ(decisions("on_two_nodes").size(), 1U);
  EXPECT_THAT(decisions("changed_by_others"), IsEmpty());
  EXPECT_THAT(decisions("nothing"), Contains(HasSubstr("a runs on h1 and on h2")));
  EXPECT_THAT(log_, Contains(HasSubstr("ALARM: a (uuid-a) runs on h1 and on h2 at once")));
  const auto shown = status().at("domains_on_two_nodes");
  ASSERT_EQ(shown.size(), 1U) << shown.dump(2);
  EXPECT_EQ(shown.at(0).at("nodes"), (nlohmann::json{"h1", "h2"}));
  EXPECT_THAT(store_.state.at("metrics"), HasSubstr("hotspot_domains_on_two_nodes{state=\"certain\"} 1"));
  for (int i = 0; i < 3; ++i) second(0.2);
  EXPECT_EQ(decisions("on_two_nodes_ended").size(), 1U);
  EXPECT_THAT(status().at("domains_on_two_nodes"), IsEmpty());
  EXPECT_THAT(decisions("changed_by_others"), IsEmpty());
}

TEST_F(TargetsTest, TheNextLeaderKnowsOfADomainOnTwoNodesAndDoesNotTellItAgain) {
  second(0.2);
  for (int i = 0; i < 5; ++i) both_run_it(0.2);
  ASSERT_EQ(decisions("on_two_nodes").size(), 1U);
  loop_.reset();
  clock_.advance(20 * kSecond);
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", other);
  for (int i = 0; i < 6; ++i) both_run_it(0.95);
  EXPECT_EQ(decisions("on_two_nodes").size(), 1U);
  EXPECT_THAT(journal(), IsEmpty());
  loop_.reset();
}

}  // namespace
}  // namespace hotspot::daemon
