#include "actuator/sim/course.h"

#include <chrono>

namespace hotspot::simulation {
namespace {

void add_to(CourseColumn& column, const CourseColumn& more) {
  column.length += more.length;
  for (std::size_t i = 0; i < column.hot_node_minutes.size(); ++i)
    column.hot_node_minutes[i] += more.hot_node_minutes[i];
  column.moves += more.moves;
  column.moved_bytes += more.moved_bytes;
}

}  // namespace

double CourseColumn::hot_nodes(std::size_t resource) const {
  const double minutes = std::chrono::duration<double, std::ratio<60>>(length).count();
  return minutes > 0 ? hot_node_minutes[resource] / minutes : 0;
}

void Course::add(const CourseColumn& step) {
  if (columns_.empty() || steps_of_the_last_ == steps_a_column_) {
    if (columns_.size() == kMostColumns) halve();
    columns_.emplace_back();
    steps_of_the_last_ = 0;
  }
  add_to(columns_.back(), step);
  ++steps_of_the_last_;
}

// All columns are full, and their number is even.
void Course::halve() {
  for (std::size_t i = 0; i < kMostColumns / 2; ++i) {
    CourseColumn both = columns_[2 * i];
    add_to(both, columns_[2 * i + 1]);
    columns_[i] = both;
  }
  columns_.resize(kMostColumns / 2);
  steps_a_column_ *= 2;
}

}  // namespace hotspot::simulation
