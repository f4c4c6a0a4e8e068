// A sum that does not depend on the order of its terms.
//
// The rounding error of each addition is kept and added at the end, and so is the error of that sum (Klein, "A
// generalized Kahan-Babuška-Summation-Algorithm", 2006). Sums that temporarily exceed the largest double are computed
// in smaller units. PURE.
#pragma once

#include <cmath>

namespace hotspot::rules {

class PreciseSum {
 public:
  void add(double part) {
    if (!std::isfinite(part) || !std::isfinite(sum_)) {
      sum_ += part;
      return;
    }
    if (is_small_) part *= kSmall;
    Parts first = exact(sum_, part);
    if (!std::isfinite(first.sum)) {
      is_small_ = true;
      sum_ *= kSmall, rest_ *= kSmall, rest_of_rest_ *= kSmall;
      first = exact(sum_, part * kSmall);
    }
    const Parts second = exact(rest_, first.rest);
    sum_ = first.sum;
    rest_ = second.sum;
    rest_of_rest_ += second.rest;
  }

  double sum() const { return is_small_ ? total() / kSmall : total(); }
  double mean(double count) const { return is_small_ ? total() / count / kSmall : total() / count; }

 private:
  static constexpr double kSmall = 0x1p-200;
  struct Parts {
    double sum, rest;
  };
  // sum + rest is a + b exactly.
  static Parts exact(double a, double b) {
    const double sum = a + b;
    const double of_b = sum - a;
    return {sum, (a - (sum - of_b)) + (b - of_b)};
  }

  double total() const {
    if (!std::isfinite(sum_)) return sum_;
    const Parts all = exact(sum_, rest_);
    return all.sum + (all.rest + rest_of_rest_);
  }

  double sum_ = 0, rest_ = 0, rest_of_rest_ = 0;
  bool is_small_ = false;
};

}  // namespace hotspot::rules
