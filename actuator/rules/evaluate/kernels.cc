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

HOTSPOT_WIDE void find_dirty(const FrameWindow& window, std::uint8_t* dirty, double* __restrict scratch) {
  std::fill_n(scratch, window.rows, 0.0);
  for (std::size_t frame = 0; frame < window.frames; ++frame) {
    const double* __restrict cells = window.cells + frame * window.stride;
    // Zero times a finite number is zero; otherwise it is NaN, and stays NaN.
    for (std::size_t row = 0; row < window.rows; ++row) scratch[row] += cells[row] * 0;
  }
  for (std::size_t row = 0; row < window.rows; ++row) dirty[row] = scratch[row] == 0 ? 0 : 1;
}

HOTSPOT_WIDE void average_rows(const FrameWindow& window, double* __restrict result, double* __restrict scratch) {
  std::fill_n(result, window.rows, 0.0);
  std::fill_n(scratch, window.rows, 0.0);
  for (std::size_t frame = 0; frame < window.frames; ++frame) {
    const double* __restrict cells = window.cells + frame * window.stride;
    const double count = static_cast<double>(frame + 1);
    for (std::size_t row = 0; row < window.rows; ++row) {
      kahan_add(cells[row] / count - result[row] / count, result[row], scratch[row]);
    }
  }
  for (std::size_t row = 0; row < window.rows; ++row) result[row] += scratch[row];
}

HOTSPOT_WIDE void sum_rows(const FrameWindow& window, double* __restrict result, double* __restrict scratch) {
  std::fill_n(result, window.rows, 0.0);
  std::fill_n(scratch, window.rows, 0.0);
  for (std::size_t frame = 0; frame < window.frames; ++frame) {
    const double* __restrict cells = window.cells + frame * window.stride;
    for (std::size_t row = 0; row < window.rows; ++row) kahan_add(cells[row], result[row], scratch[row]);
  }
  for (std::size_t row = 0; row < window.rows; ++row) result[row] += scratch[row];
}

HOTSPOT_WIDE void least_rows(const FrameWindow& window, double* __restrict result) {
  std::copy_n(window.cells, window.rows, result);
  for (std::size_t frame = 1; frame < window.frames; ++frame) {
    const double* __restrict cells = window.cells + frame * window.stride;
    for (std::size_t row = 0; row < window.rows; ++row)
      result[row] = cells[row] < result[row] ? cells[row] : result[row];
  }
}

HOTSPOT_WIDE void most_rows(const FrameWindow& window, double* __restrict result) {
  std::copy_n(window.cells, window.rows, result);
  for (std::size_t frame = 1; frame < window.frames; ++frame) {
    const double* __restrict cells = window.cells + frame * window.stride;
    for (std::size_t row = 0; row < window.rows; ++row)
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
inline __attribute__((always_inline)) void keep_best(const FrameWindow& window, std::size_t first,
                                                     Lanes (&result)[kMostKept]) {
  Lanes kept[kKept];
  for (Lanes& place : kept) place = Lanes{} + (kFromTop ? -HUGE_VAL : HUGE_VAL);
  for (std::size_t frame = 0; frame < window.frames; ++frame) {
    Lanes value;
    std::memcpy(&value, window.cells + frame * window.stride + first, sizeof value);
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
inline __attribute__((always_inline)) void keep_any(const FrameWindow& window, std::size_t first, std::size_t count,
                                                    Lanes (&kept)[kMostKept]) {
  switch (count) {
    case 1:
      return keep_best<kFromTop, 1>(window, first, kept);
    case 2:
      return keep_best<kFromTop, 2>(window, first, kept);
    case 3:
      return keep_best<kFromTop, 3>(window, first, kept);
    case 4:
      return keep_best<kFromTop, 4>(window, first, kept);
    case 5:
      return keep_best<kFromTop, 5>(window, first, kept);
    case 6:
      return keep_best<kFromTop, 6>(window, first, kept);
    case 7:
    case 8:
      return keep_best<kFromTop, 8>(window, first, kept);
    default:
      return keep_best<kFromTop, kMostKept>(window, first, kept);
  }
}

template <bool kFromTop>
inline __attribute__((always_inline)) void quantiles(const FrameWindow& window, const Ranks& ranks, double* result) {
  Lanes kept[kMostKept];
  // From the top, the place of rank r is frames − 1 − r.
  const std::size_t lower = kFromTop ? window.frames - 1 - ranks.lower : ranks.lower;
  const std::size_t upper = kFromTop ? window.frames - 1 - ranks.upper : ranks.upper;
  for (std::size_t at = 0; at < window.rows; at += kLanes) {
    // The last rows are processed again together with some before them, rather than alone.
    const std::size_t first = at + kLanes <= window.rows ? at : window.rows - kLanes;
    keep_any<kFromTop>(window, first, ranks.kept, kept);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      result[first + lane] = kept[lower][lane] * (1 - ranks.weight) + kept[upper][lane] * ranks.weight;
    }
  }
}

}  // namespace

HOTSPOT_WIDE bool quantile_rows(const FrameWindow& window, double q, double* result) {
  const Ranks ranks = ranks_of(q, window.frames);
  if (ranks.kept > kMostKept || window.rows < kLanes) return false;
  if (ranks.from_top)
    quantiles<true>(window, ranks, result);
  else
    quantiles<false>(window, ranks, result);
  return true;
}

HOTSPOT_WIDE void predict_rows(const FrameWindow& window, const Prediction& asked, double* __restrict result,
                               double* scratch) {
  const std::size_t rows = window.rows;
  double* __restrict y_sum = scratch;
  double* __restrict y_rest = scratch + rows;
  double* __restrict xy_sum = scratch + 2 * rows;
  double* __restrict xy_rest = scratch + 3 * rows;
  std::fill_n(scratch, 4 * rows, 0.0);
  std::fill_n(result, rows, 0.0);  // how far the samples deviate from the first
  KahanSum x_all, xx_all;
  const double* first = window.cells;
  for (std::size_t frame = 0; frame < window.frames; ++frame) {
    const double* cells = window.cells + frame * window.stride;
    const double at = asked.x[frame];
    x_all.add(at);
    xx_all.add(at * at);
    for (std::size_t row = 0; row < rows; ++row) kahan_add(cells[row], y_sum[row], y_rest[row]);
    for (std::size_t row = 0; row < rows; ++row) kahan_add(at * cells[row], xy_sum[row], xy_rest[row]);
    for (std::size_t row = 0; row < rows; ++row) result[row] += std::fabs(cells[row] - first[row]);
  }
  const auto n = static_cast<double>(window.frames);
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
