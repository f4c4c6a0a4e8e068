// Which moves together free enough at the least cost.
#include "actuator/plan/migration_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace hotspot::plan {
namespace {

using rules::Select;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

PossibleMove move_of(const std::string& uuid, double gain, double takes) {
  return {.uuid = uuid, .gain = gain, .cores = gain, .seconds = takes};
}

std::vector<std::string> chosen(std::vector<PossibleMove> moves, double need,
                                Select select = Select::kLeastMigrationTime) {
  std::vector<std::string> names;
  for (const std::size_t i : choose_moves(moves, need, select)) names.push_back(moves[i].uuid);
  return names;
}

TEST(MigrationChoice, IsTheCheapestSingleMoveThatSuffices) {
  EXPECT_THAT(chosen({move_of("a", 0.3, 60), move_of("b", 0.2, 20), move_of("c", 0.1, 5)}, 0.15), ElementsAre("b"));
}

TEST(MigrationChoice, IsAPairWhereThatCostsLess) {
  EXPECT_THAT(chosen({move_of("large", 0.2, 240), move_of("x", 0.08, 40), move_of("y", 0.08, 40)}, 0.15),
              ElementsAre("x", "y"));
}

TEST(MigrationChoice, CountsTheWaitBetweenMoves) {
  EXPECT_THAT(chosen({move_of("one", 0.2, 14), move_of("x", 0.1, 5), move_of("y", 0.1, 5)}, 0.15), ElementsAre("one"));
}

TEST(MigrationChoice, IsSeveralSmallMovesWhereNoneSufficesAlone) {
  std::vector<PossibleMove> many;
  for (int i = 0; i < 20; ++i) many.push_back(move_of("m" + std::to_string(10 + i), 0.02, 10));
  EXPECT_THAT(chosen(many, 0.09), ElementsAre("m10", "m11", "m12", "m13", "m14"));
}

TEST(MigrationChoice, IsNothingWhereAllTogetherAreNotEnough) {
  EXPECT_THAT(chosen({move_of("a", 0.04, 1), move_of("b", 0.04, 1)}, 0.09), IsEmpty());
}

TEST(MigrationChoice, LeavesOutWhatTheOthersDoNotNeed) {
  EXPECT_THAT(
      chosen({move_of("cheap", 0.02, 1), move_of("a", 0.1, 50), move_of("b", 0.1, 50), move_of("c", 0.1, 50)}, 0.3),
      ElementsAre("a", "b", "c"));
}

TEST(MigrationChoice, FollowsTheSelectionOfTheRule) {
  std::vector<PossibleMove> moves{move_of("a", 0.3, 10), move_of("b", 0.2, 1), move_of("c", 0.2, 1)};
  moves[2].vsr = 5;
  EXPECT_THAT(chosen(moves, 0.15, Select::kMostCpu), ElementsAre("a"));
  EXPECT_THAT(chosen(moves, 0.15, Select::kHighestVsr), ElementsAre("c"));
  EXPECT_THAT(chosen(moves, 0.45, Select::kMostCpu), ElementsAre("a", "b"));
}

TEST(MigrationChoice, DoesNotDependOnTheOrderOfTheInput) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<PossibleMove> moves;
    for (int i = 0; i < 12; ++i)
      moves.push_back(move_of("u" + std::to_string(i), std::uniform_int_distribution(1, 6)(random) / 100.0,
                              std::uniform_int_distribution(1, 4)(random) * 10.0));
    const auto first = chosen(moves, 0.14);
    std::shuffle(moves.begin(), moves.end(), random);
    EXPECT_EQ(chosen(moves, 0.14), first) << "round " << round;
    double gain = 0;
    for (const std::string& uuid : first)
      for (const PossibleMove& one : moves) gain += one.uuid == uuid ? one.gain : 0;
    EXPECT_TRUE(first.empty() || gain >= 0.14 - 1e-6);
  }
}

}  // namespace
}  // namespace hotspot::plan
