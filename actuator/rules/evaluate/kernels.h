// Vectorised loops over the rows of one table: the same operations on each row as the functions of range_functions.cc,
// for many rows at once.
//
// `cells` points to the first frame of the range, `stride` leads from one frame to the next. A row with a cell that is
// not a finite number is marked in `dirty`; its result is invalid and is computed by the ordinary function.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hotspot::rules {

struct FrameRange {
  const double* cells = nullptr;
  std::size_t stride = 0;
  std::size_t frames = 0;  // at least one
  std::size_t rows = 0;
};

void find_dirty(const FrameRange& range, std::uint8_t* dirty, double* scratch);  // scratch: one element per row
void average_rows(const FrameRange& range, double* result, double* scratch);     // scratch: one element per row
void sum_rows(const FrameRange& range, double* result, double* scratch);
void least_rows(const FrameRange& range, double* result);
void most_rows(const FrameRange& range, double* result);
// The φ-quantile of each row, with φ from 0 to 1. False: too many values would have to be kept, or there are too few
// rows; use another way.
bool quantile_rows(const FrameRange& range, double q, double* result);
// The times of the frames and the time to predict for, in seconds from the same moment.
struct Prediction {
  const double* x = nullptr;
  double ahead = 0;
};
void predict_rows(const FrameRange& range, const Prediction& asked, double* result, double* scratch);  // four per row

}  // namespace hotspot::rules
