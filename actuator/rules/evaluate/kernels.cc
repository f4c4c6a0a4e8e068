#include "actuator/rules/evaluate/kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "actuator/rules/evaluate/range_functions.h"

// The compiler also generates a version for wide registers and selects one at run time.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__clang__)
#define HOTSPOT_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define HOTSPOT_WIDE
#endif

namespace hotspot::rules {
namespace {

constexpr std::size_t kMostKept = 12;
constexpr std::size_t kLanes = 4;

// KahanSum::add without a branch: which operand is larger only selects the operands.
inline __attribute__((always_inline)) void kahan_add(double more, double& sum, double& rest) {
  const double total = sum + more;
  const bool sum_is_larger = std::fabs(sum) >= std::fabs(more);
  const double larger = sum_is_larger ? sum : more;
  const double smaller = sum_is_larger ? more : sum;
  rest += (larger - total) + smaller;
  sum = total;
}

}  // namespace

HOTSPOT_WIDE void find_dirty(const FrameRange& range, std::uint8_t* dirty, double* __restrict scratch) {
  std::fill_n(scratch, range.rows, 0.0);
  for (std::size_t frame = 0; frame < range.frames; ++frame) {
    const double* __restrict cells = range.cells + frame * range.stride;
    // Zero times a finite number is zero; otherwise it is NaN, and stays NaN.
    for (std::size_t row = 0; row < range.rows; ++row) scratch[row] += cells[row] * 0;
  }
  for (std::size_t row = 0; row < range.rows; ++row) dirty[row] = scratch[row] == 0 ? 0 : 1;
}

HOTSPOT_WIDE void average_rows(const FrameRange& range, double* __restrict result, double* __restrict scratch) {
  std::fill_n(result, range.rows, 0.0);
  std::fill_n(scratch, range.rows, 0.0);
  for (std::size_t frame = 0; frame < range.frames; ++frame) {
    const double* __restrict cells = range.cells + frame * range.stride;
    const double count = static_cast<double>(frame + 1);
    for (std::size_t row = 0; row < range.rows; ++row) {
      kahan_add(cells[row] / count - result[row] / count, result[row], scratch[row]);
    }
  }
  for (std::size_t row = 0; row < range.rows; ++row) result[row] += scratch[row];
}

HOTSPOT_WIDE void sum_rows(const FrameRange& range, double* __restrict result, double* __restrict scratch) {
  std::fill_n(result, range.rows, 0.0);
  std::fill_n(scratch, range.rows, 0.0);
  for (std::size_t frame = 0; frame < range.frames; ++frame) {
    const double* __restrict cells = range.cells + frame * range.stride;
    for (std::size_t row = 0; row < range.rows; ++row) kahan_add(cells[row], result[row], scratch[row]);
  }
  for (std::size_t row = 0; row < range.rows; ++row) result[row] += scratch[row];
}

HOTSPOT_WIDE void least_rows(const FrameRange& range, double* __restrict result) {
  std::copy_n(range.cells, range.rows, result);
  for (std::size_t frame = 1; frame < range.frames; ++frame) {
    const double* __restrict cells = range.cells + frame * range.stride;
    for (std::size_t row = 0; row < range.rows; ++row)
      result[row] = cells[row] < result[row] ? cells[row] : result[row];
  }
}

HOTSPOT_WIDE void most_rows(const FrameRange& range, double* __restrict result) {
  std::copy_n(range.cells, range.rows, result);
  for (std::size_t frame = 1; frame < range.frames; ++frame) {
    const double* __restrict cells = range.cells + frame * range.stride;
    for (std::size_t row = 0; row < range.rows; ++row)
      result[row] = cells[row] > result[row] ? cells[row] : result[row];
  }
}

namespace {

// The two ranks around the quantile, and how many of the largest (or smallest) values include them.
struct Ranks {
  std::size_t lower, upper;
  double weight;
  bool from_top;
  std::size_t kept;
};

Ranks ranks_of(double q, std::size_t frames) {
  const double rank = q * static_cast<double>(frames - 1);
  Ranks ranks{};
  ranks.lower = static_cast<std::size_t>(std::floor(rank));
  ranks.upper = std::min(frames - 1, ranks.lower + 1);
  ranks.weight = rank - std::floor(rank);
  ranks.from_top = frames - ranks.lower < ranks.upper + 1;
  ranks.kept = ranks.from_top ? frames - ranks.lower : ranks.upper + 1;
  return ranks;
}

using Lanes = double __attribute__((vector_size(kLanes * sizeof(double))));

// A few rows at a time, so that the kept values stay in registers. Each new value sinks to its place among them: the
// first is the largest (smallest).
template <bool kFromTop, std::size_t kKept>
inline __attribute__((always_inline)) void keep_best(const FrameRange& range, std::size_t first,
                                                     Lanes (&result)[kMostKept]) {
  Lanes kept[kKept];
  for (Lanes& place : kept) place = Lanes{} + (kFromTop ? -HUGE_VAL : HUGE_VAL);
  for (std::size_t frame = 0; frame < range.frames; ++frame) {
    Lanes value;
    std::memcpy(&value, range.cells + frame * range.stride + first, sizeof value);
#pragma GCC unroll 12
    for (std::size_t place = 0; place < kKept; ++place) {
      const Lanes there = kept[place];
      const auto above = value > there;
      const Lanes most = above ? value : there;
      const Lanes least = above ? there : value;
      kept[place] = kFromTop ? most : least;
      value = kFromTop ? least : most;
    }
  }
  for (std::size_t place = 0; place < kKept; ++place) result[place] = kept[place];
}

template <bool kFromTop>
inline __attribute__((always_inline)) void keep_any(const FrameRange& range, std::size_t first, std::size_t count,
                                                    Lanes (&kept)[kMostKept]) {
  switch (count) {
    case 1:
      return keep_best<kFromTop, 1>(range, first, kept);
    case 2:
      return keep_best<kFromTop, 2>(range, first, kept);
    case 3:
      return keep_best<kFromTop, 3>(range, first, kept);
    case 4:
      return keep_best<kFromTop, 4>(range, first, kept);
    case 5:
      return keep_best<kFromTop, 5>(range, first, kept);
    case 6:
      return keep_best<kFromTop, 6>(range, first, kept);
    case 7:
    case 8:
      return keep_best<kFromTop, 8>(range, first, kept);
    default:
      return keep_best<kFromTop, kMostKept>(range, first, kept);
  }
}

template <bool kFromTop>
inline __attribute__((always_inline)) void quantiles(const FrameRange& range, const Ranks& ranks, double* result) {
  Lanes kept[kMostKept];
  // From the top, the place of rank r is frames − 1 − r.
  const std::size_t lower = kFromTop ? range.frames - 1 - ranks.lower : ranks.lower;
  const std::size_t upper = kFromTop ? range.frames - 1 - ranks.upper : ranks.upper;
  for (std::size_t at = 0; at < range.rows; at += kLanes) {
    // The last rows are processed again together with some before them, rather than alone.
    const std::size_t first = at + kLanes <= range.rows ? at : range.rows - kLanes;
    keep_any<kFromTop>(range, first, ranks.kept, kept);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      result[first + lane] = kept[lower][lane] * (1 - ranks.weight) + kept[upper][lane] * ranks.weight;
    }
  }
}

}  // namespace

HOTSPOT_WIDE bool quantile_rows(const FrameRange& range, double q, double* result) {
  const Ranks ranks = ranks_of(q, range.frames);
  if (ranks.kept > kMostKept || range.rows < kLanes) return false;
  if (ranks.from_top)
    quantiles<true>(range, ranks, result);
  else
    quantiles<false>(range, ranks, result);
  return true;
}

HOTSPOT_WIDE void predict_rows(const FrameRange& range, const Prediction& asked, double* __restrict result,
                               double* scratch) {
  const std::size_t rows = range.rows;
  double* __restrict y_sum = scratch;
  double* __restrict y_rest = scratch + rows;
  double* __restrict xy_sum = scratch + 2 * rows;
  double* __restrict xy_rest = scratch + 3 * rows;
  std::fill_n(scratch, 4 * rows, 0.0);
  std::fill_n(result, rows, 0.0);  // how far the samples deviate from the first
  KahanSum x_all, xx_all;
  const double* first = range.cells;
  for (std::size_t frame = 0; frame < range.frames; ++frame) {
    const double* cells = range.cells + frame * range.stride;
    const double at = asked.x[frame];
    x_all.add(at);
    xx_all.add(at * at);
    for (std::size_t row = 0; row < rows; ++row) kahan_add(cells[row], y_sum[row], y_rest[row]);
    for (std::size_t row = 0; row < rows; ++row) kahan_add(at * cells[row], xy_sum[row], xy_rest[row]);
    for (std::size_t row = 0; row < rows; ++row) result[row] += std::fabs(cells[row] - first[row]);
  }
  const auto n = static_cast<double>(range.frames);
  const double x_sum = x_all.sum + x_all.rest;
  const double x_variance = xx_all.sum + xx_all.rest - x_sum * x_sum / n;
  for (std::size_t row = 0; row < rows; ++row) {
    const double y = y_sum[row] + y_rest[row];
    const double covariance = xy_sum[row] + xy_rest[row] - x_sum * y / n;
    const double slope = covariance / x_variance;
    const double predicted = slope * asked.ahead + (y / n - slope * x_sum / n);
    result[row] = result[row] > 0 ? predicted : first[row];
  }
}

}  // namespace hotspot::rules
