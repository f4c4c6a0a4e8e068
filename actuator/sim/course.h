// How a simulation went over time: a bounded number of columns of equal length, however long it is.
//
// Pure. Thread rule: one thread.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::simulation {

struct CourseColumn {
  Milliseconds length{0};
  std::array<double, 3> hot_node_minutes{};  // by resource
  std::size_t moves = 0;
  double moved_bytes = 0;

  // Nodes that were hot in it, on average.
  double hot_nodes(std::size_t resource) const;
};

class Course {
 public:
  static constexpr std::size_t kMostColumns = 1000;

  // The next step. Steps are of one length; where they become too many, two columns become one.
  void add(const CourseColumn& step);
  // In order of time; the last may be shorter than the others.
  const std::vector<CourseColumn>& columns() const { return columns_; }

 private:
  void halve();

  std::vector<CourseColumn> columns_;
  std::size_t steps_a_column_ = 1;
  std::size_t steps_of_the_last_ = 0;
};

}  // namespace hotspot::simulation
