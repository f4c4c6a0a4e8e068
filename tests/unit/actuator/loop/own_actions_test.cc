// What may be done with our actions with the lead, without it, and while it is not known what became of open ones.
#include "actuator/loop/own_actions.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_hypervisor.h"
#include "tests/support/fakes/fake_journal.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::uuid_of;
using model::ActionState;

// Begins what it is told to, and never hears of it again.
class SilentActions : public ports::Actions {
 public:
  void begin(ports::ActionOrder, ports::Moment) override {}
  std::vector<ports::ActionReport> reports(ports::Moment) override { return {}; }
  ports::Work work(const std::string&) const override { return ports::Work::kUnderWay; }
  void cancel(const std::string&, const std::string&) override {}
  void skip(const std::string&, const std::string&) override {}
  void stop(const std::string&) override {}
  void allow_step(const std::string&) override {}
  void act_until(Milliseconds) override {}
};

class OwnActionsTest : public ::testing::Test {
 protected:
  OwnActionsTest() {
    store_.token = 7;
    store_.owner = &store_;
    store_.holder = "hotspotd@one:1";
    store_.expires_at = Milliseconds::max();
  }
  static model::Action action() {
    model::Action one;
    one.id = "a1";
    one.domain_uuid = uuid_of("web");
    one.node_uuid = uuid_of("h1");
    one.step = model::SetVcpus{1, 2};
    return one;
  }
  static ports::JournalEntry open(ActionState state) {
    ports::JournalEntry entry;
    entry.action = action();
    entry.state = state;
    return entry;
  }

  fakes::FakeClock clock_;
  fakes::FakeStore store_;
  fakes::FakeJournal journal_{store_, clock_};
  fakes::FakeHypervisor hypervisor_;
  Options options_;
  OwnActions actions_{options_,
                      {.make_actions = [](ports::Hypervisor&,
                                          const act::ExecutorOptions&) { return std::make_unique<SilentActions>(); },
                       .hypervisor = hypervisor_,
                       .journal = journal_,
                       .clock = clock_}};
};

TEST_F(OwnActionsTest, WithoutTheLeadNothingIsBegunPlannedOrCancelled) {
  EXPECT_FALSE(actions_.has_lead());
  EXPECT_FALSE(actions_.may_plan());
  EXPECT_FALSE(actions_.fenced());
  EXPECT_FALSE(actions_.begin(action(), 7));
  EXPECT_TRUE(actions_.in_flight().empty());
  EXPECT_FALSE(actions_.cancel("a1", "ada asked for it"));
  EXPECT_TRUE(actions_.advance({}, 7).empty());
}

TEST_F(OwnActionsTest, WhereNothingWasOpenItPlansAtOnce) {
  actions_.take_lead({});
  EXPECT_TRUE(actions_.may_plan());
}

TEST_F(OwnActionsTest, ANodeThatDoesNotAnswerHoldsUpPlanningForTheLimitOfACall) {
  actions_.take_lead({open(ActionState::kStarted)});
  EXPECT_EQ(actions_.in_flight().size(), 1u);
  EXPECT_FALSE(actions_.may_plan());
  clock_.advance(options_.call_limit);
  EXPECT_FALSE(actions_.may_plan());
  clock_.advance(Milliseconds(2000));
  EXPECT_TRUE(actions_.may_plan());
  EXPECT_EQ(actions_.in_flight().size(), 1u) << "and stays in flight";
}

TEST_F(OwnActionsTest, OnceItHasPlannedItWaitsForNothing) {
  actions_.take_lead({open(ActionState::kStarted)});
  actions_.planned();
  EXPECT_TRUE(actions_.may_plan());
}

TEST_F(OwnActionsTest, WithTheLeadWhatWasUnderWayIsGone) {
  actions_.take_lead({});
  ASSERT_TRUE(actions_.begin(action(), 7));
  EXPECT_EQ(actions_.in_flight().size(), 1u);
  actions_.lose_lead();
  EXPECT_TRUE(actions_.in_flight().empty());
}

}  // namespace
}  // namespace hotspot::loop
