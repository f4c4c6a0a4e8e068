// What a domain's place is known by, and what targets said no to, in whole rounds of the daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

// h1 is hot for its domains; h2 is emptier than h3.
class RefusingTargetsTest : public TargetsTest {
 protected:
  RefusingTargetsTest() {
    rules_text_ = R"(groups:
- name: node
  rules:
  - hotspot: NodeHot
    expr: node_cpu_ratio > 85%
    for: 2 of 3
    remedy:
    - migrate
    cooldown: 5m
)";
    admit("h3");
    loop_ = make_loop("hotspotd@one:1", lease_);
    hypervisor_.set_dirty_rate(uuid_of("a"), 1e6);
  }
  static ports::DomainFacts guest() { return facts(2); }
  void three_nodes() {
    clock_.advance(kSecond);
    ++sequence_;
    const auto of = [&](const std::string& name, double cpu) {
      auto built = node(name).cpu(cpu).at(clock_.now(), sequence_);
      for (const std::string& vm : hot_)
        if (hypervisor_.nodes_with(uuid_of(vm)) == std::vector{uuid_of(name)})
          built.with(domain(vm).vcpus(2, 2).cpu(0.5).set(&telemetry::DomainSample::cpu_cores, 1.0));
      return ports::Arrival{built, clock_.now()};
    };
    std::vector<ports::Arrival> arrivals;
    for (const auto& [name, cpu] : {std::pair{"h1", 0.9}, std::pair{"h2", 0.02}, std::pair{"h3", 0.2}})
      arrivals.push_back(of(name, cpu));
    loop_->take(std::move(arrivals));
    loop_->tick();
  }
  // Time goes on only while no worker is at it, however slow this machine is.
  void round() {
    using model::ActionState;
    const bool works = !store_.entries.empty() && !model::is_final(store_.entries.back().state) &&
                       store_.entries.back().state != ActionState::kVerifying;
    works ? static_cast<void>(loop_->tick()) : three_nodes();
  }
  // Until an action has ended so.
  bool ends(const std::string& line) {
    return wait_for([&] {
      round();
      const auto lines = journal();
      return std::find(lines.begin(), lines.end(), line) != lines.end();
    });
  }
  int count(const std::string& line) const {
    const auto lines = journal();
    return static_cast<int>(std::count(lines.begin(), lines.end(), line));
  }
  std::vector<std::string> hot_{"a"};
};

TEST_F(RefusingTargetsTest, Law13ADomainThatOneTargetRefusesEndsOnTheNextAndTheFirstIsTriedOnce) {
  hypervisor_.refuse_at(uuid_of("h2"), uuid_of("a"), "Cannot access storage file '/srv/iso/cd.iso'");
  const WallTime began = clock_.now();
  ASSERT_TRUE(ends("done migrate to h3")) << ::testing::PrintToString(journal());
  EXPECT_EQ(count("intent migrate to h2"), 1);
  EXPECT_LT(clock_.now() - began, Milliseconds(60'000)) << "the refusal cost it next to nothing";
  EXPECT_THAT(status().at("target_refusals").at("list").dump(), HasSubstr("/srv/iso/cd.iso"));
}

TEST_F(RefusingTargetsTest, ARefusalThatIsKnownBeforehandCostsNoSampling) {
  hypervisor_.refuse_at(uuid_of("h2"), uuid_of("a"), "h2 has no active network 'dmz'",
                        fakes::FakeHypervisor::Refuses::kWhenAsked);
  ASSERT_TRUE(ends("done migrate to h3")) << ::testing::PrintToString(journal());
  EXPECT_EQ(count("skipped migrate to h2"), 1);
  const auto calls = hypervisor_.calls();
  const auto first = [&](const char* words) {
    return std::find_if(calls.begin(), calls.end(),
                        [&](const std::string& call) { return call.find(words) != std::string::npos; });
  };
  ASSERT_NE(first("h2 uuid-a needs"), calls.end());
  EXPECT_LT(first("h3 uuid-a needs"), first("dirty rate")) << "it was sampled for h3 only";
  EXPECT_EQ(count("intent migrate to h2"), 1);
}

TEST_F(RefusingTargetsTest, Law13TheNextLeaderKnowsWhatTargetsRefused) {
  for (const char* name : {"h2", "h3"}) hypervisor_.refuse_at(uuid_of(name), uuid_of("a"), "no huge pages");
  ASSERT_TRUE(ends("failed migrate to h3")) << ::testing::PrintToString(journal());
  loop_.reset();
  clock_.advance(20 * kSecond);
  fakes::FakeLease other(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", other);
  for (int i = 0; i < 30; ++i) three_nodes();
  EXPECT_EQ(count("intent migrate to h2"), 1);
  EXPECT_EQ(count("intent migrate to h3"), 1);
  EXPECT_THAT(decisions("nothing"), Contains(HasSubstr("it is not tried again for")));
  loop_.reset();
}

TEST_F(RefusingTargetsTest, ANodeThatRefusesSeveralDomainsIsSaidToComeLast) {
  hot_ = {"a", "b"};
  hypervisor_.add_domain(uuid_of("h1"), uuid_of("b"), guest());
  for (const char* vm : {"a", "b"}) hypervisor_.refuse_at(uuid_of("h2"), uuid_of(vm), "no huge pages");
  ASSERT_TRUE(wait_for([&] {
    round();
    return count("failed migrate to h2") == 2;
  })) << ::testing::PrintToString(journal());
  EXPECT_THAT(log_, Contains(HasSubstr("h2 comes last as a target: it refused 2 domains of late")));
  three_nodes();
  clock_.advance(kSecond);
  three_nodes();
  EXPECT_TRUE(status().at("target_refusals").at("distrusted_nodes").contains(uuid_of("h2")));
}

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
}  // namespace hotspot::loop
