// Random numbers for property tests: the same for the same seed in every run, so that a failure can be repeated.
#pragma once

#include <random>

namespace hotspot::plan {

class RandomNumbers {
 public:
  explicit RandomNumbers(unsigned seed) : random_(seed) {}

  int between(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }
  double percent(int least, int most) { return between(least, most) / 100.0; }
  bool one_in(int n) { return between(1, n) == 1; }

 private:
  std::mt19937 random_;
};

}  // namespace hotspot::plan
