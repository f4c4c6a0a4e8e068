// Loops over the rows of one table, frame by frame: the same operations on each row as the functions of
// range_functions.cc do, many rows at once.
//
// `cells` points to the first frame of the window, `stride` leads from frame to frame. A row with a cell that is not a
// finite number is marked in `dirty`; its result is of no use and is made by the function itself.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hotspot::rules {

struct Window {
  const double* cells = nullptr;
  std::size_t stride = 0;
  std::size_t frames = 0;  // at least one
  std::size_t rows = 0;
};

void find_dirty(const Window& window, std::uint8_t* dirty, double* scratch);  // scratch: one place a row
void average_rows(const Window& window, double* result, double* scratch);     // scratch: one place a row
void sum_rows(const Window& window, double* result, double* scratch);
void least_rows(const Window& window, double* result);
void most_rows(const Window& window, double* result);
// The φ-quantile of each row, where φ is from 0 to 1. False: too many values would have to be kept, or there are too
// few rows; take another way.
bool quantile_rows(const Window& window, double q, double* result);
// The line at `ahead` seconds, for the times x (seconds) of the frames. scratch: four places a row.
void predict_rows(const Window& window, const double* x, double ahead, double* result, double* scratch);

}  // namespace hotspot::rules
