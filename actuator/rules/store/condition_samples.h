// Remembers in which of the last n samples a condition held for a subject, for `for: k of n`.
//
// PURE. Up to 64 samples are kept with their times. Beyond that, each 64 samples become one word of bits with the times
// of the first and the last, and the times in between are assumed to be evenly spaced: 1,000 samples take 1.5 KiB at
// most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::rules {

class ConditionSamples {
 public:
  struct Sample {
    WallTime taken_at{};
    WallTime seen_at{};
    bool held = false;
    bool operator==(const Sample&) const = default;
  };
  static constexpr std::size_t kMostOfOne = 64;  // with individual times
  // For storing: one sample, or, with the times of the last of them, up to 64.
  struct Run {
    struct Times {
      WallTime taken_at{}, seen_at{};
      bool operator==(const Times&) const = default;
    };
    Times first;
    std::optional<Times> last;
    std::uint32_t count = 1;
    std::uint64_t held = 0;  // one bit each, the lowest for the first
    bool operator==(const Run&) const = default;
  };

  // Keeps the last n; n is set by the rule and does not change.
  void push(const Sample& sample, std::size_t n);
  void shrink_to(std::size_t n);
  void clear();

  std::size_t size() const { return size_; }
  std::size_t held() const { return held_; }
  std::optional<Sample> first_held() const;
  // Memory use in addition to the object itself.
  static std::size_t bytes_for(std::size_t n);

  std::vector<Run> runs() const;
  // Empty: a run has no sample or more than 64, there are more than `most`, or single ones before others.
  static std::optional<ConditionSamples> from_runs(const std::vector<Run>& runs, std::size_t most);

 private:
  struct Word {
    std::uint64_t bits = 0;
    std::uint32_t count = 0;  // samples in it
    std::uint32_t gone = 0;   // how many of the oldest no longer count
    WallTime first_taken{}, first_seen{}, last_taken{}, last_seen{};
    Sample at(std::uint32_t place) const;
  };
  void drop_oldest();
  void push_word(const Sample& sample);

  std::vector<Sample> samples_;  // while there are few
  std::vector<Word> words_;      // used instead when there are more
  std::size_t size_ = 0, held_ = 0;
};

}  // namespace hotspot::rules
