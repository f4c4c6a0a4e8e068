// What the log tells of a night with faults: each trouble begins once and ends once, with its length.
#include <gmock/gmock.h>

#include "tests/unit/actuator/loop/loop_stage.h"

namespace hotspot::loop {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class LoopNight : public LoopStage {
 protected:
  LoopNight() { right_ = rules_text_; }

  struct Seconds {
    int count = 1;
    double cpu = 0.3;
    bool h2_sends = true;
  };
  void pass(const Seconds& seconds) {
    for (int i = 0; i < seconds.count; ++i) {
      clock_.advance(kSecond);
      ++sequence_;
      std::vector<ports::Arrival> arrivals;
      arrivals.push_back(
          {node("h1").cpu(0.3).at(clock_.now(), sequence_).with(domain("a").cpu(seconds.cpu).vcpus(4, 4)),
           clock_.now()});
      if (seconds.h2_sends) arrivals.push_back({node("h2").at(clock_.now(), sequence_), clock_.now()});
      loop_->take(std::move(arrivals));
      loop_->tick();
    }
  }
  void break_libvirt(const std::string& why) {
    loop_->take(ports::NodeProof{.node_uuid = uuid_of("h1"),
                                 .uri = "qemu+tcp://h1/system",
                                 .identity = identity(why),
                                 .problem = why,
                                 .at = clock_.now()});
  }
  static std::optional<ports::NodeIdentity> identity(const std::string& why) {
    return why.empty() ? std::optional(ports::NodeIdentity{}) : std::nullopt;
  }
  void save_rules(const std::string& text) {
    rules_text_ = text;
    loop_->take(ReloadRules{"a rule file changed"});
  }
  std::string all() const {
    std::string text = "the log:\n";
    for (const std::string& line : shown_) text += "  " + line + "\n";
    return text;
  }
  std::size_t count(const std::string& part) const {
    return static_cast<std::size_t>(std::count_if(
        shown_.begin(), shown_.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; }));
  }
  void expect_once(const std::string& begin, const std::string& end) {
    EXPECT_EQ(count(begin), 1u) << begin << "\n" << all();
    EXPECT_EQ(count(end), 1u) << end << "\n" << all();
  }
  std::string right_;
};

TEST_F(LoopNight, IsToldOnTwoScreens) {
  pass({.count = 60});
  for (int minute = 0; minute < 90; ++minute) {  // a guest that is hot for twenty seconds of each minute
    pass({.count = 20, .cpu = 0.97});
    pass({.count = 40});
  }
  pass({.count = 150, .h2_sends = false});
  pass({.count = 60});
  for (int save = 0; save < 5; ++save) save_rules("groups: [{name: cpu, rules: [{hotspto: A}]}]");
  pass({.count = 180});
  save_rules(right_);
  for (int i = 0; i < 500; ++i)
    loop_->take(ports::BadSnapshot{"17-0", {telemetry::DecodeFault::kNotJson, "not JSON, or cut off"}, clock_.now()});
  break_libvirt("Connection refused");
  pass({.count = 90});
  break_libvirt("");
  loop_->take(ports::SourceChange{false, "Redis at 10.0.0.5:6379 does not answer"});
  loop_->note_redis({false, "Redis at 10.0.0.5:6379 is away: Connection refused"});
  pass({.count = 4});
  loop_->take(ports::SourceChange{true, "following snapshots and commands in Redis at 10.0.0.5:6379"});
  loop_->note_redis({true, "Redis at 10.0.0.5:6379 is well again after 3.3 s"});
  pass({.count = 600});

  EXPECT_THAT(shown_, SizeIs(::testing::Le(40u))) << all();
  expect_once("rule DomainCpuHot fires on domain a on h1", "rule DomainCpuHot is resolved on domain a on h1 after");
  EXPECT_GE(count("rule DomainCpuHot: fired 10 times more in 10 min"), 7u) << "what came again is counted\n" << all();
  expect_once("node h2 is silent", "node h2 sends again after");
  expect_once("rules are refused (a rule file changed)", "rules are right again after 3 min");
  EXPECT_EQ(count("unknown key 'hotspto'"), 1u) << all();
  expect_once("a snapshot was skipped", "no snapshot is skipped any more for that reason (not_json)");
  expect_once("no connection to its libvirt: Connection refused", "connected to its libvirt again, after 1 min 30 s");
  expect_once("Redis at 10.0.0.5:6379 does not answer", "Redis is well again after 4 s");
  EXPECT_EQ(count("is away: Connection refused"), 0u) << "one outage, one begin\n" << all();
  EXPECT_EQ(count(uuid_of("a")), 0u) << "names, where these are enough\n" << all();
  if (std::getenv("HOTSPOT_SHOW_LOG") != nullptr) std::fputs(all().c_str(), stderr);
}

TEST_F(LoopNight, AnActionIsItsDecisionAndItsEndAndItsStepsAreDebug) {
  for (int i = 0; i < 3; ++i) second(0.97);
  ASSERT_TRUE(journal_reaches("verifying vCPUs 1 → 2")) << all();
  for (int i = 0; i < 3; ++i) second(0.3, 2);
  ASSERT_TRUE(journal_reaches("done vCPUs 1 → 2")) << all();
  EXPECT_THAT(log_, Contains(HasSubstr("domain a on h1: vCPUs 1 → 2 started (action "))) << "tests/faults reads this";
  EXPECT_EQ(count("domain a on h1: vCPUs 1 → 2 started"), 0u) << all();
  EXPECT_EQ(count("decision 18"), 1u) << all();
  EXPECT_EQ(count("decision head 1:"), 1u) << all();
  EXPECT_EQ(count("domain a on h1: vCPUs 1 → 2 done after "), 1u) << all();
}

TEST_F(LoopNight, AReloadThatChangesNothingSaysSo) {
  pass({.count = 2});
  loop_->take(ReloadRules{"SIGHUP"});
  EXPECT_THAT(shown_, Contains(HasSubstr("rules were read again (SIGHUP), nothing in them has changed: 1 rules of")));
}

TEST_F(LoopNight, WhoTakesTheLeadSaysSinceWhenAndWhoLosesItForHowLong) {
  pass({.count = 30});
  const double began = to_unix_seconds(clock_.now());
  store_.holder = "hotspotd@two:2";  // another had it meanwhile
  store_.owner = nullptr;
  ++store_.token;
  store_.expires_at = clock_.steady() + 2 * kSecond;
  pass({.count = 10});
  EXPECT_GE(status().at("leads_since").get<double>(), began);
  EXPECT_LT(status().at("started_at").get<double>(), began);
}

TEST_F(LoopNight, OfADomainWhoseNameAnotherHasTheUuidIsSaid) {
  for (int i = 0; i < 4; ++i) {
    clock_.advance(kSecond);
    ++sequence_;
    std::vector<ports::Arrival> arrivals;
    arrivals.push_back(
        {node("h1").cpu(0.3).at(clock_.now(), sequence_).with(domain("a").cpu(0.97).vcpus(4, 4)), clock_.now()});
    telemetry::NodeSnapshot h2 = node("h2").at(clock_.now(), sequence_).with(domain("b").cpu(0.1).vcpus(1, 4));
    h2.domains.front().name = "a";
    arrivals.push_back({h2, clock_.now()});
    loop_->take(std::move(arrivals));
    loop_->tick();
  }
  EXPECT_THAT(shown_, Contains(HasSubstr("fires on domain a (" + uuid_of("a") + ") on h1"))) << all();
}

}  // namespace
}  // namespace hotspot::loop
