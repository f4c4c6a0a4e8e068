// CPU caps and shares: set, read back, seen in the snapshots, and left alone where they are so already.
#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using model::SetCpuCap;
using model::SetCpuShares;
using ::testing::ElementsAre;

class TuningTest : public Stage {};

TEST_F(TuningTest, SaysDoneOnceTheDomainStaysBelowItsCap) {
  ASSERT_TRUE(begin(action_of(SetCpuCap{50})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  snapshots("h1", domain("a").cpu(0.9));
  executor_->advance(cluster_, token_);
  EXPECT_EQ(executor_->in_flight().size(), 1u) << "it still uses more: " << shown();
  snapshots("h1", domain("a").cpu(0.5));
  EXPECT_TRUE(reaches(ActionState::kDone)) << shown();
  EXPECT_THAT(changes(), ElementsAre("tune h1 uuid-a CPU cap → 50 % of a CPU"));
}

TEST_F(TuningTest, SetsSharesAndTakesACapAway) {
  for (const model::Step& step : {model::Step(SetCpuShares{512}), model::Step(SetCpuCap{0})}) {
    model::Action action = action_of(step);
    action.id = model::step_name(step);
    ASSERT_TRUE(begin(action));
    ASSERT_TRUE(reaches(ActionState::kVerifying, action.id)) << shown();
    snapshots("h1", domain("a"));
    EXPECT_TRUE(reaches(ActionState::kDone, action.id)) << shown();
  }
}

TEST_F(TuningTest, SkipsWhatIsSoAlready) {
  ASSERT_TRUE(
      hypervisor_.apply({uuid_of("h1"), "h1", ""}, uuid_of("a"), SetCpuCap{50}, ports::Hypervisor::Reach::kNow));
  ASSERT_TRUE(begin(action_of(SetCpuCap{50})));
  ASSERT_TRUE(reaches(ActionState::kSkipped)) << shown();
  EXPECT_EQ(journal().back(), "skipped: it is so already: CPU cap → 50 % of a CPU");
}

TEST_F(TuningTest, FindsOutAfterATakeoverWhetherItTookEffect) {
  ASSERT_TRUE(
      hypervisor_.apply({uuid_of("h1"), "h1", ""}, uuid_of("a"), SetCpuCap{50}, ports::Hypervisor::Reach::kNow));
  ports::JournalEntry entry;
  entry.token = token_;
  entry.state = ActionState::kStarted;
  for (const int percent : {50, 75}) {
    entry.action = action_of(SetCpuCap{percent});
    entry.action.id = "cap-" + std::to_string(percent);
    ASSERT_TRUE(journal_.append(entry));
  }
  executor_->adopt(*journal_.open_actions());
  EXPECT_TRUE(reaches(ActionState::kVerifying, "cap-50")) << shown();
  EXPECT_TRUE(reaches(ActionState::kAborted, "cap-75")) << shown();
  EXPECT_EQ(changes().size(), 1u) << "nothing is tried twice";
}

}  // namespace
}  // namespace hotspot::act
