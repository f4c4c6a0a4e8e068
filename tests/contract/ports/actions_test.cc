// What every Actions promises: the one that works in threads, and the one in simulated time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "actuator/act/action_threads.h"
#include "actuator/sim/simulated_actions.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_hypervisor.h"
#include "tests/support/wait.h"

namespace hotspot::contract {
namespace {

using hotspot::testing::wait_for;
using model::ActionState;
using ports::CallFault;
using ports::Work;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kDomain = "uuid-of-a";
constexpr const char* kId = "action-1";

struct World {
  fakes::FakeClock clock;
  fakes::FakeHypervisor hypervisor;
};

// Time passes by itself where threads work, and by what the body is told where it is simulated.
struct Maker {
  const char* name;
  std::unique_ptr<ports::Actions> (*make)(World&, const act::ExecutorOptions&);
  Milliseconds pass;  // between two looks
};
void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

std::unique_ptr<ports::Actions> make_threads(World& world, const act::ExecutorOptions& options) {
  return std::make_unique<act::ActionThreads>(world.hypervisor, world.clock, options, [] {});
}
std::unique_ptr<ports::Actions> make_simulated(World& world, const act::ExecutorOptions& options) {
  return std::make_unique<simulation::SimulatedActions>(world.hypervisor, options,
                                                        simulation::StepTimes{.migration = Milliseconds(5'000)});
}
const Maker kBodies[] = {{"Threads", make_threads, Milliseconds(0)}, {"Simulated", make_simulated, Milliseconds(100)}};

// A thread that is left behind needs hypervisor and clock as long as the process lives.
World& keep(std::unique_ptr<World> world) {
  static auto& kept = *new std::vector<std::unique_ptr<World>>;
  kept.push_back(std::move(world));
  return *kept.back();
}

class ActionsContract : public ::testing::TestWithParam<Maker> {
 protected:
  ActionsContract() {
    options_.ask_again = Milliseconds(10);
    options_.shrink.step_bytes = 100 * kMebibyte;
    ports::DomainFacts facts;
    facts.state = telemetry::DomainState::kRunning;
    facts.vcpus = 1;
    facts.vcpus_max = 4;
    facts.balloon_bytes = 512 * kMebibyte;
    facts.balloon_max_bytes = kGibibyte;
    hypervisor_.add_domain("uuid-of-h1", kDomain, facts);
    actions_ = GetParam().make(world_, options_);
  }
  ~ActionsContract() override {
    for (const char* node : {"uuid-of-h1", "uuid-of-h2"}) hypervisor_.mend_node(node);
    hypervisor_.let_migrations_go();
  }

  static model::Action action(const model::Step& step) {
    model::Action one;
    one.id = kId;
    one.domain_uuid = kDomain;
    one.domain_name = "a";
    one.node_uuid = "uuid-of-h1";
    one.node_name = "h1";
    one.node_uri = "fake:///h1";
    one.step = step;
    return one;
  }
  static model::MigrateTo to_h2() { return {"uuid-of-h2", "h2", "fake:///h2", {}, false}; }

  ports::Moment now() const { return {world_.clock.now(), world_.clock.steady()}; }
  void begin(const model::Step& step) { actions_->begin({.action = action(step)}, now()); }
  void adopt(const model::Step& step, ActionState state) {
    actions_->begin({.action = action(step), .adopted_state = state}, now());
  }

  // What was reported since, progress of migrations excepted.
  void take() {
    world_.clock.advance(GetParam().pass);
    for (const ports::ActionReport& report : actions_->reports(now())) {
      EXPECT_EQ(report.action_id, kId);
      if (report.state == ActionState::kProgress && report.message.empty() && !report.figures.contains("balloon_bytes"))
        continue;
      said_.push_back(std::string(model::to_string(report.state)) +
                      (report.message.empty() ? "" : ": " + report.message));
      figures_ = report.figures;
    }
  }
  bool says(const std::string& begin) {
    return wait_for([&] {
      take();
      return std::any_of(said_.begin(), said_.end(), [&](const std::string& one) { return one.starts_with(begin); });
    });
  }
  bool ends() {
    return wait_for([&] {
      take();
      return actions_->work(kId) == Work::kEnded;
    });
  }
  std::vector<std::string> changes() const {
    std::vector<std::string> found;
    for (const std::string& call : hypervisor_.calls())
      if (!call.starts_with("look")) found.push_back(call);
    return found;
  }
  std::int64_t balloon() const { return hypervisor_.facts("uuid-of-h1", kDomain)->balloon_bytes; }

  World& world_ = keep(std::make_unique<World>());
  fakes::FakeHypervisor& hypervisor_ = world_.hypervisor;
  act::ExecutorOptions options_;
  std::unique_ptr<ports::Actions> actions_;
  std::vector<std::string> said_;
  std::map<std::string, double> figures_;  // of the newest
};
INSTANTIATE_TEST_SUITE_P(Bodies, ActionsContract, ::testing::ValuesIn(kBodies),
                         [](const auto& body) { return body.param.name; });

TEST_P(ActionsContract, CarriesAStepOutAndReportsItAtOnce) {
  begin(model::SetVcpus{1, 2});
  EXPECT_EQ(actions_->work(kId), Work::kUnderWay);
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre("started", "verifying"));
  EXPECT_EQ(hypervisor_.facts("uuid-of-h1", kDomain)->vcpus, 2);
}

TEST_P(ActionsContract, ChangesTheDefinitionOfAPersistentDomainToo) {
  ports::DomainFacts facts = *hypervisor_.facts("uuid-of-h1", kDomain);
  facts.persistent = true;
  facts.persistent_vcpus = 1;
  hypervisor_.add_domain("uuid-of-h1", kDomain, facts);
  begin(model::SetVcpus{1, 2, true});
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre("started", "verifying"));
  EXPECT_EQ(hypervisor_.facts("uuid-of-h1", kDomain)->persistent_vcpus, 2);
}

TEST_P(ActionsContract, MigratesADomain) {
  begin(to_h2());
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre(StartsWith("started"), "verifying"));
  EXPECT_THAT(hypervisor_.nodes_with(kDomain), ElementsAre("uuid-of-h2"));
  EXPECT_TRUE(figures_.contains("downtime_ms"));
  EXPECT_TRUE(figures_.contains("total_ms"));
}

TEST_P(ActionsContract, SkipsWhatIsNotAsThePlanPresumed) {
  begin(model::SetVcpus{2, 3});
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre("skipped: a has 1 vCPU by now, the plan was made for 2"));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_P(ActionsContract, SkipsAMigrationToATargetThatHasTheDomain) {
  hypervisor_.add_domain("uuid-of-h2", kDomain, *hypervisor_.facts("uuid-of-h1", kDomain));
  begin(to_h2());
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre(HasSubstr("skipped: libvirt on the target knows a already")));
  EXPECT_TRUE(figures_.contains("refused_by_target"));
}

TEST_P(ActionsContract, BeginsNothingFromTheDeadlineOnUntilThatIsMoved) {
  actions_->act_until(Milliseconds(0));
  begin(model::SetVcpus{1, 2});
  for (int i = 0; i < 20; ++i) take();
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_EQ(actions_->work(kId), Work::kUnderWay);
  actions_->act_until(Milliseconds::max());
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre("started", "verifying"));
}

TEST_P(ActionsContract, SkipsAndCancelsWhatHasNotBegun) {
  for (const bool skips : {true, false}) {
    said_.clear();
    actions_->act_until(Milliseconds(0));
    begin(model::SetVcpus{1, 2});
    skips ? actions_->skip(kId, "it is over") : actions_->cancel(kId, "ada asked for it");
    actions_->act_until(Milliseconds::max());
    ASSERT_TRUE(ends());
    EXPECT_THAT(said_, ElementsAre(skips ? "skipped: it is over" : "aborted: ada asked for it"));
  }
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_P(ActionsContract, CancelsAMigrationUnderWay) {
  hypervisor_.hold_migrations();
  begin(to_h2());
  ASSERT_TRUE(says("started"));
  actions_->cancel(kId, "ada asked for it");
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre(StartsWith("started"), "aborted: ada asked for it"));
  EXPECT_THAT(hypervisor_.nodes_with(kDomain), ElementsAre("uuid-of-h1"));
}

TEST_P(ActionsContract, TakesMemoryInStepsThatAreAllowed) {
  begin(model::SetBalloon{512 * kMebibyte, 300 * kMebibyte});
  ASSERT_TRUE(says("progress"));
  EXPECT_EQ(figures_.at("balloon_bytes"), 412.0 * kMebibyte);
  for (int i = 0; i < 20; ++i) take();
  EXPECT_EQ(balloon(), 412 * kMebibyte) << "the second step was not allowed";
  actions_->allow_step(kId);
  ASSERT_TRUE(wait_for([&] {
    take();
    return balloon() == 312 * kMebibyte;
  }));
  actions_->allow_step(kId);
  ASSERT_TRUE(ends());
  EXPECT_EQ(balloon(), 300 * kMebibyte);
  EXPECT_THAT(said_, ElementsAre("started", "progress", "progress", "verifying"));
}

TEST_P(ActionsContract, TakesNoMoreMemoryAndIsSilentOnceItIsStopped) {
  begin(model::SetBalloon{512 * kMebibyte, 300 * kMebibyte});
  ASSERT_TRUE(says("progress"));
  actions_->stop(kId);
  ASSERT_TRUE(ends());
  EXPECT_EQ(balloon(), 412 * kMebibyte);
  EXPECT_THAT(said_, ElementsAre("started", "progress"));
}

TEST_P(ActionsContract, CancelsAShrinkWhereItIs) {
  begin(model::SetBalloon{512 * kMebibyte, 300 * kMebibyte});
  ASSERT_TRUE(says("progress"));
  actions_->cancel(kId, "ada asked for it");
  ASSERT_TRUE(ends());
  EXPECT_EQ(said_.back(), "aborted: ada asked for it; it stays at 412 MiB");
}

TEST_P(ActionsContract, ReportsWhatLibvirtRefuses) {
  hypervisor_.fail_next("set_vcpus", {CallFault::kRefused, "h1, a: unable to hotplug"});
  begin(model::SetVcpus{1, 2});
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre("started", "failed: h1, a: unable to hotplug"));
}

TEST_P(ActionsContract, FindsOutWhatBecameOfACallWithoutAnAnswer) {
  hypervisor_.fail_next("set_vcpus", {CallFault::kUnreachable, "h1: keepalive timeout"});
  begin(model::SetVcpus{1, 2});
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre("started", "progress: the outcome is not known: h1: keepalive timeout",
                                 "aborted: it did not take effect; nothing is tried twice"));
}

TEST_P(ActionsContract, FindsOutWhatBecameOfAnActionOfBefore) {
  adopt(model::SetVcpus{2, 1}, ActionState::kStarted);
  ASSERT_TRUE(ends());
  adopt(model::SetVcpus{1, 2}, ActionState::kIntent);
  ASSERT_TRUE(ends());
  adopt(model::SetVcpus{1, 2}, ActionState::kStarted);
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre("verifying: found as it should be after all",
                                 "skipped: nothing was begun before the lead changed",
                                 "aborted: it did not take effect; nothing is tried twice"));
  EXPECT_THAT(changes(), IsEmpty());
}

TEST_P(ActionsContract, FindsADomainOfBeforeOnItsTarget) {
  hypervisor_.add_domain("uuid-of-h2", kDomain, *hypervisor_.facts("uuid-of-h1", kDomain));
  hypervisor_.remove_domain("uuid-of-h1", kDomain);
  adopt(to_h2(), ActionState::kProgress);
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_, ElementsAre(StartsWith("verifying: found ")));
}

TEST_P(ActionsContract, AsksANodeUntilItAnswersUnlessItIsClosed) {
  hypervisor_.fail_node("uuid-of-h1", {CallFault::kUnreachable, "h1: connection refused"});
  adopt(model::SetVcpus{1, 2}, ActionState::kStarted);
  ASSERT_TRUE(wait_for([&] {
    take();
    return actions_->work(kId) == Work::kUnanswered;
  }));
  actions_->cancel(kId, "ada asked for it");
  ASSERT_TRUE(ends());
  EXPECT_THAT(said_.back(), StartsWith("failed: "));
  EXPECT_THAT(said_.back(), HasSubstr("closed: ada asked for it"));
}

TEST_P(ActionsContract, GivesMemoryBackHoweverOftenThatIsHindered) {
  model::Action back = action(model::SetBalloon{412 * kMebibyte, 512 * kMebibyte});
  back.undoes = "action-0";
  ports::DomainFacts facts = *hypervisor_.facts("uuid-of-h1", kDomain);
  facts.balloon_bytes = 412 * kMebibyte;
  hypervisor_.add_domain("uuid-of-h1", kDomain, facts);
  hypervisor_.fail_next("set_balloon", {CallFault::kBusy, "cannot acquire state change lock"});
  actions_->begin({.action = back}, now());
  ASSERT_TRUE(ends());
  EXPECT_EQ(said_.front(), "started");
  EXPECT_EQ(said_.back(), "verifying");
  EXPECT_EQ(balloon(), 512 * kMebibyte);
  EXPECT_THAT(said_, Not(Contains(StartsWith("failed"))));
}

TEST_P(ActionsContract, KnowsNothingOfWhatWasNeverBegun) {
  EXPECT_EQ(actions_->work("action-7"), Work::kEnded);
  actions_->cancel("action-7", "");
  actions_->stop("action-7");
  take();
  EXPECT_THAT(said_, IsEmpty());
}

}  // namespace
}  // namespace hotspot::contract
