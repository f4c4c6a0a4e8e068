#include "actuator/loop/decision_book.h"

#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

plan::Decision about(const std::string& subject, plan::Outcome outcome = plan::Outcome::kNothing) {
  plan::Decision decision;
  decision.rule = "Hot";
  decision.subject_key = subject;
  decision.outcome = outcome;
  return decision;
}

TEST(DecisionBook, RecordsADecisionOnceAndAgainWhenItIsAnother) {
  DecisionBook book;
  book.begin_round();
  EXPECT_TRUE(book.records(about("a")));
  EXPECT_FALSE(book.records(about("a")));
  EXPECT_TRUE(book.records(about("a", plan::Outcome::kRecommend)));
}

TEST(DecisionBook, RecordsSoManyARoundAndTheOthersInLaterOnes) {
  DecisionBook book;
  std::size_t rounds = 0, recorded = 0;
  for (; recorded < 350 && rounds < 10; ++rounds) {
    book.begin_round();
    for (int i = 0; i < 350; ++i) recorded += book.records(about(std::to_string(i))) ? 1 : 0;
    EXPECT_LE(recorded, (rounds + 1) * DecisionBook::kMostRecordedARound);
    EXPECT_EQ(book.postponed(), 350 - recorded);
  }
  EXPECT_EQ(rounds, 4u);
}

TEST(DecisionBook, RecordsActionsHoweverManyDecisionsThereWere) {
  DecisionBook book;
  book.begin_round();
  for (int i = 0; i < 500; ++i) book.records(about(std::to_string(i)));
  EXPECT_TRUE(book.records(about("act", plan::Outcome::kAct)));
}

TEST(DecisionBook, RemembersNoMoreSubjectsThanItSays) {
  DecisionBook book;
  for (std::size_t i = 0; i < 2 * DecisionBook::kMostRemembered; ++i) {
    if (i % 50 == 0) book.begin_round();
    book.records(about(std::to_string(i)));
  }
  EXPECT_EQ(book.size(), DecisionBook::kMostRemembered);
}

TEST(DecisionBook, ForgetsWhatAWholeTurnDidNotDecideUpon) {
  DecisionBook book;
  book.begin_round();
  book.records(about("a"));
  book.records(about("b"));
  book.end_turn();
  book.begin_round();
  book.records(about("a"));
  EXPECT_EQ(book.size(), 2u);
  book.end_turn();
  EXPECT_EQ(book.size(), 1u);
  book.begin_round();
  EXPECT_FALSE(book.records(about("a")));
  EXPECT_TRUE(book.records(about("b")));
}

}  // namespace
}  // namespace hotspot::loop
