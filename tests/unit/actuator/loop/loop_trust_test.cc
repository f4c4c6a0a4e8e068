// A rule that relieves nothing loses its right to act, in simulated time, and an operator gives it back.
#include <gmock/gmock.h>

#include "actuator/sim/simulated_actions.h"
#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kNodeRule = R"(groups:
- name: nodes
  rules:
  - hotspot: NodeCpuHot
    expr: node_cpu_ratio > 80%
    for: 2 of 3
    remedy:
    - migrate
    cooldown: 1m
)";
constexpr int kDomains = 6;
constexpr double kCores = 0.45;  // that each domain uses
constexpr double kCpus = 4;      // of each node: as many as its libvirt says

// h1 is hot by its six domains and something else. Does it get cooler when one of them leaves?
class LoopTrust : public LoopStage {
 protected:
  LoopTrust() {
    rules_text_ = kNodeRule;
    make_actions_ = [](ports::Hypervisor& hypervisor, const act::ExecutorOptions& options) {
      return std::make_unique<simulation::SimulatedActions>(hypervisor, options,
                                                            simulation::StepTimes{.migration = Milliseconds(10'000)});
    };
    hypervisor_.remove_domain(uuid_of("h1"), uuid_of("a"));
    for (int i = 0; i < kDomains; ++i) hypervisor_.add_domain(uuid_of("h1"), uuid_of(name_of(i)), facts(1));
    loop_ = make_loop("hotspotd@one:1", lease_);
  }

  static std::string name_of(int i) { return "d" + std::to_string(i); }

  enum class Moves { kRelieve, kRelieveNothing };
  void pass(Milliseconds length, Moves moves) {
    for (const WallTime end = clock_.now() + length; clock_.now() < end;) {
      clock_.advance(Milliseconds(5'000));
      ++sequence_;
      admitting_.deliver(*loop_, clock_.now());
      std::vector<ports::Arrival> arrivals;
      for (const char* name : {"h1", "h2"}) arrivals.push_back({snapshot(name, moves), clock_.now()});
      loop_->take(std::move(arrivals));
      loop_->tick();
    }
  }

  telemetry::NodeSnapshot snapshot(const std::string& name, Moves moves) const {
    auto host = node(name).at(clock_.now(), sequence_).interval(5).cpus(4).memory(8 * kGibibyte, 5 * kGibibyte);
    int here = 0;
    for (int i = 0; i < kDomains; ++i) {
      if (!hypervisor_.facts(uuid_of(name), uuid_of(name_of(i)))) continue;
      ++here;
      host.with(domain(name_of(i)).vcpus(1, 4).cpu(kCores));
    }
    const bool stays_hot = name == "h1" && moves == Moves::kRelieveNothing;
    const double other = name == "h1" ? 0.97 * kCpus - kDomains * kCores : 0.1;
    return host.cpu(stays_hot ? 0.97 : (other + here * kCores) / kCpus);
  }

  int moved() const {
    return static_cast<int>(std::count_if(store_.entries.begin(), store_.entries.end(),
                                          [](const auto& entry) { return entry.state == model::ActionState::kDone; }));
  }

  std::vector<std::string> decided(const std::string& outcome) const {
    std::vector<std::string> sentences;
    for (const std::string& text : store_.decisions) {
      const auto decision = nlohmann::json::parse(text);
      if (decision.at("outcome") == outcome) sentences.push_back(decision.at("sentence"));
    }
    return sentences;
  }

  void command(const std::string& verb, std::map<std::string, std::string> arguments) {
    loop_->take(
        ports::Command{std::to_string(to_unix_ms(clock_.now())) + "-0", verb, std::move(arguments), clock_.now()});
  }

  nlohmann::json trust() { return status().at("rule_trust").at(0); }
};

TEST_F(LoopTrust, ARuleWhoseMovesRelieveNothingOnlyRecommendsAfterThreeOfThemAndSaysSo) {
  pass(minutes(10), Moves::kRelieveNothing);
  EXPECT_EQ(moved(), 3) << "of six";
  ASSERT_THAT(decided("right_lost"), SizeIs(1));
  EXPECT_EQ(decided("right_lost")[0],
            "rule NodeCpuHot only recommends from now on, because it has lost its right to act: each of its last 3 "
            "measured actions relieved less than 5 %, the least gain; hotspotctl rule trust NodeCpuHot gives it back");
  EXPECT_THAT(said("rule NodeCpuHot only recommends from now on"), SizeIs(1));
  ASSERT_THAT(decided("recommend"), Not(IsEmpty()));
  EXPECT_THAT(decided("recommend").back(), HasSubstr("it only recommends: NodeCpuHot has lost its right to act"));
  EXPECT_EQ(trust().at("rule"), "NodeCpuHot");
  EXPECT_EQ(trust().at("may_act"), false);
  EXPECT_EQ(trust().at("measured"), 3);
  EXPECT_THAT(store_.state.at("metrics"), HasSubstr("hotspot_rule_may_act{rule=\"NodeCpuHot\"} 0"));
  EXPECT_EQ(status().at("mode"), "enforce") << "the cluster's mode is the operator's";
}

TEST_F(LoopTrust, ARuleWhoseMovesRelieveKeepsItsRight) {
  pass(minutes(10), Moves::kRelieve);
  EXPECT_GE(moved(), 2);
  EXPECT_THAT(decided("right_lost"), IsEmpty());
  EXPECT_EQ(trust().at("may_act"), true);
  EXPECT_GE(trust().at("measured").get<int>(), 1);
  EXPECT_NEAR(trust().at("relief_ratio").get<double>(), 1, 0.05);
}

TEST_F(LoopTrust, WhoTakesOverDoesNotGiveTheRightBack) {
  pass(minutes(10), Moves::kRelieveNothing);
  ASSERT_EQ(moved(), 3);
  loop_.reset();  // without a word
  fakes::FakeLease next(store_, clock_, "hotspotd@two:2");
  loop_ = make_loop("hotspotd@two:2", next);
  pass(minutes(10), Moves::kRelieveNothing);
  EXPECT_EQ(moved(), 3);
  EXPECT_EQ(trust().at("may_act"), false);
  EXPECT_THAT(decided("right_lost"), SizeIs(1)) << "it is said once";
}

TEST_F(LoopTrust, AnOperatorGivesTheRightBackAndIsNamed) {
  pass(minutes(10), Moves::kRelieveNothing);
  ASSERT_EQ(moved(), 3);
  command("trust", {{"rule", "NodeCpuHot"}, {"owner", "ada"}, {"reason", "the backup is over"}});
  pass(seconds(5), Moves::kRelieve);
  ASSERT_THAT(decided("right_given"), SizeIs(1));
  EXPECT_EQ(decided("right_given")[0],
            "rule NodeCpuHot may act again as its mode says: ada gave it back its right to act (the backup is over)");
  pass(minutes(3), Moves::kRelieveNothing);
  EXPECT_GT(moved(), 3);
  command("trust", {{"rule", "NodeCpuHto"}});
  pass(seconds(5), Moves::kRelieveNothing);
  EXPECT_THAT(said("no rule 'NodeCpuHto' is loaded"), SizeIs(1));
}

TEST_F(LoopTrust, ARuleThatHasItsRightCannotBeGivenIt) {
  pass(seconds(5), Moves::kRelieve);
  command("trust", {{"rule", "NodeCpuHot"}});
  pass(seconds(5), Moves::kRelieve);
  EXPECT_THAT(said("rule NodeCpuHot has not lost its right to act"), SizeIs(1));
}

TEST_F(LoopTrust, AStateOfBeforeTakesNoRightAway) {
  store_.state["cooldowns"] = "{}";
  pass(minutes(2), Moves::kRelieve);
  EXPECT_GE(moved(), 1);
}

TEST_F(LoopTrust, IfTheStateCannotBeReadEveryRuleWithRemediesOnlyRecommends) {
  store_.state["trust"] = R"({"some": "other form"})";
  pass(minutes(5), Moves::kRelieve);
  EXPECT_EQ(moved(), 0);
  ASSERT_THAT(decided("right_lost"), SizeIs(1));
  EXPECT_THAT(decided("right_lost")[0], HasSubstr("what was measured of it before cannot be read"));
  EXPECT_EQ(trust().at("may_act"), false);
}

}  // namespace
}  // namespace hotspot::loop
