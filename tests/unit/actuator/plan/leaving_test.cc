// An operator's drain comes before small work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<rules::Remedy> kSmallWork{rules::ScaleVcpus{}, rules::ScaleVcpus{.by = -1},
                                            rules::ScaleMemory{.by_bytes = 64 * kMebibyte},
                                            rules::ScaleMemory{.by_bytes = -64 * kMebibyte}, rules::CapCpu{50}};

TEST(Drain, NothingSmallIsBegunOnANodeThatAnOperatorWantsEmpty) {
  for (const rules::Remedy& remedy : kSmallWork) {
    Round round({node("h1").with(domain("a").vcpus(2, 4).used(0.2)), node("h2")});
    round.domain_fires("a", {remedy});
    EXPECT_NE(step_of(round.only()), "nothing") << explain(round.only());
    round.cluster.set_draining({uuid_of("h1")});
    EXPECT_THAT(refusals_of(round.only()),
                ElementsAre("held, h1 is to be drained: a is next to leave, nothing else is done to it"));
  }
}

TEST(Drain, NothingSmallIsBegunOnANodeThatARuleEmpties) {
  for (const rules::Remedy& remedy : kSmallWork) {
    Round round({node("h1").with(domain("a").vcpus(2, 4).used(0.2)), node("h2")});
    round.domain_fires("a", {remedy});
    round.node_fires("h1", rule_of("Broken", {rules::Drain{}}));
    const auto decisions = round.plan();
    ASSERT_EQ(decisions.size(), 2u) << shown(decisions);
    EXPECT_THAT(refusals_of(decisions.front()), ElementsAre(HasSubstr("held, Broken empties h1: a is next to leave")));
    EXPECT_EQ(step_of(decisions.back()), "migrate to h2");
  }
}

TEST(Drain, DoesNotWaitForTheRestAfterAScalingThatWentWell) {
  Round round({node("h1").with(domain("a")), node("h2")});
  round.cluster.set_draining({uuid_of("h1")});
  round.node_fires("h1", {rules::Drain{}});
  model::Action action;
  action.step = model::SetBalloon{200, 100};
  round.cooldowns.note({uuid_of("a"), kNow, minutes(30), cooldown_after(action, model::ActionState::kDone)}, {});
  EXPECT_EQ(step_of(round.only()), "migrate to h2");
  action.step = model::SetCpuCap{50};
  round.cooldowns.note({uuid_of("a"), kNow, minutes(30), cooldown_after(action, model::ActionState::kDone)}, {});
  EXPECT_EQ(step_of(round.only()), "migrate to h2");
  action.step = migrate_to("h1");
  round.cooldowns.note({uuid_of("a"), kNow, minutes(30), cooldown_after(action, model::ActionState::kFailed)}, {});
  EXPECT_EQ(step_of(round.only()), "nothing") << "what failed has its reasons";
}

TEST(Drain, ThatARuleWishesWaitsForEveryRest) {
  Round round({node("h1").with(domain("a")), node("h2")});
  round.node_fires("h1", {rules::Drain{}});
  model::Action action;
  action.step = model::SetBalloon{200, 100};
  round.cooldowns.note({uuid_of("a"), kNow, minutes(30), cooldown_after(action, model::ActionState::kDone)}, {});
  EXPECT_EQ(step_of(round.only()), "nothing");
}

}  // namespace
}  // namespace hotspot::plan
