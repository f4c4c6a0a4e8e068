// Whose turn it is to be decided upon, and the ids of what is recorded.
#include "actuator/loop/decision_log.h"

#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

const WallTime kMoment = from_unix_ms(1'700'000'000'000);

// More new decisions than a round may record.
void record_many(DecisionLog& log) {
  for (std::size_t i = 0; i <= DecisionBook::kMostRecordedARound; ++i) {
    plan::Decision decision;
    decision.rule = "Hot";
    decision.subject_key = "domain:" + std::to_string(i);
    decision.outcome = plan::Outcome::kRecommend;
    log.decisions.records(decision);
  }
}

TEST(DecisionLog, NumbersPlansAndNoticesByThemselves) {
  DecisionLog log;
  EXPECT_EQ(log.next_plan_id(kMoment), "1700000000000-1");
  EXPECT_EQ(log.next_notice_id(kMoment), "1700000000000-n1");
  EXPECT_EQ(log.next_plan_id(kMoment), "1700000000000-2");
  EXPECT_EQ(log.next_notice_id(kMoment), "1700000000000-n2");
  EXPECT_EQ(log.plans(), 2U);
}

TEST(DecisionLog, SaysOnceThatDecisionsArePutOffForAsLongAsThatLasts) {
  DecisionLog log;
  const std::size_t many = PlanningTurn::kMostARound + 1;
  auto turn = log.next_turn({}, 1);
  record_many(log);
  const auto said = log.end_turn(turn, many);
  ASSERT_TRUE(said);
  EXPECT_EQ(
      *said,
      "513 subjects of rules fire at once: they are decided upon some at a time, and of new decisions 100 a round "
      "are recorded");
  turn = log.next_turn({}, 1);
  record_many(log);
  EXPECT_FALSE(log.end_turn(turn, many)) << "it lasts";
  turn = log.next_turn({}, 1);
  EXPECT_FALSE(log.end_turn(turn, 1)) << "it is over";
  turn = log.next_turn({}, 1);
  log.take_lead();
  record_many(log);
  EXPECT_TRUE(log.end_turn(turn, many)) << "it is news again";
}

}  // namespace
}  // namespace hotspot::loop
