// Random numbers that are the same everywhere: a search with the same seed takes the same steps on every machine.
//
// PURE. splitmix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). Logarithms are
// computed here, since those of C libraries differ in the last digit.
#pragma once

#include <bit>
#include <cstdint>

namespace hotspot::plan {

class RandomSteps {
 public:
  explicit RandomSteps(std::uint64_t seed) : state_(seed) {}

  std::uint32_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 32);
  }
  // 0 to below − 1; the bias for numbers of nodes and domains is below 1 in 10,000.
  std::uint32_t below(std::uint32_t below) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(next()) * below) >> 32);
  }
  // −ln(u) for a uniform u: exponentially distributed with mean 1, within 0.0002.
  double exponential() {
    const std::uint32_t u = next() | 1U;
    const int zeros = std::countl_zero(u);
    const double m = static_cast<double>(u) / static_cast<double>(std::uint64_t{1} << (32 - zeros));  // 0.5 to 1
    const double t = (m - 1) / (m + 1), t2 = t * t;
    return zeros * 0.69314718055994531 - 2 * t * (1 + t2 * (1.0 / 3 + t2 * (0.2 + t2 / 7)));
  }

 private:
  std::uint64_t state_;
};

}  // namespace hotspot::plan
