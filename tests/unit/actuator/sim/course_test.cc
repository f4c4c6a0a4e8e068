#include "actuator/sim/course.h"

#include <gtest/gtest.h>

namespace hotspot::simulation {
namespace {

using std::chrono::minutes;

CourseColumn minute_with(double hot_minutes) {
  return {.length = minutes(1), .hot_node_minutes = {hot_minutes, 0, 2}, .moves = 1, .moved_bytes = 10};
}

TEST(Course, HasAColumnForEachStepAsLongAsThereAreFew) {
  Course course;
  course.add(minute_with(0));
  course.add(minute_with(3));
  ASSERT_EQ(course.columns().size(), 2u);
  EXPECT_EQ(course.columns()[0].hot_nodes(0), 0);
  EXPECT_EQ(course.columns()[1].hot_nodes(0), 3) << "three nodes for the minute";
  EXPECT_EQ(course.columns()[1].hot_nodes(2), 2);
}

TEST(Course, OfMoreStepsThanColumnsIsJoinedAndLosesNothing) {
  Course course;
  const std::size_t steps = 5 * Course::kMostColumns + 3;
  for (std::size_t i = 0; i < steps; ++i) course.add(minute_with(i == 4321 ? 8 : 0));
  EXPECT_LE(course.columns().size(), Course::kMostColumns);
  EXPECT_GE(course.columns().size(), Course::kMostColumns / 2);
  double hot = 0, bytes = 0;
  std::size_t moves = 0;
  Milliseconds length{0};
  for (const CourseColumn& column : course.columns()) {
    hot += column.hot_node_minutes[0];
    bytes += column.moved_bytes;
    moves += column.moves;
    length += column.length;
  }
  EXPECT_EQ(hot, 8);
  EXPECT_EQ(moves, steps);
  EXPECT_EQ(bytes, 10.0 * static_cast<double>(steps));
  EXPECT_EQ(length, minutes(static_cast<int>(steps)));
  EXPECT_EQ(course.columns()[4321 / 8].hot_nodes(0), 1) << "eight minutes of one minute in eight";
}

TEST(Course, OfNoLengthHasNoHotNodes) { EXPECT_EQ(CourseColumn{}.hot_nodes(0), 0); }

}  // namespace
}  // namespace hotspot::simulation
