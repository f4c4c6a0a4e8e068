// In which of its last n samples a subject held, for `for: k of n`.
//
// PURE. Up to 64 samples are kept with their times. Of more, each 64 are one word of bits with the times of the first
// and the last of them, and times in between are taken to be even: 1,000 samples cost 1.5 KiB at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::rules {

class HeldSamples {
 public:
  struct Sample {
    WallTime taken_at{};
    WallTime seen_at{};
    bool held = false;
    bool operator==(const Sample&) const = default;
  };
  static constexpr std::size_t kMostOfOne = 64;  // with their own times

  // Keeps the last n; n is the rule's, and stays so.
  void push(const Sample& sample, std::size_t n);
  void shrink_to(std::size_t n);
  void clear();

  std::size_t size() const { return size_; }
  std::size_t held() const { return held_; }
  std::optional<Sample> first_held() const;
  // What it takes in memory, beside the object itself.
  static std::size_t bytes_for(std::size_t n);

  // The text of the state: "taken/seen+" for each sample, or "taken/seen~taken/seen=COUNT:BITS" for each 64.
  std::string text() const;
  // Empty: it is not such a text, or of more than `most` samples.
  static std::optional<HeldSamples> from_text(std::string_view text, std::size_t most);

 private:
  struct Word {
    std::uint64_t bits = 0;
    std::uint32_t count = 0;  // samples in it
    std::uint32_t gone = 0;   // of these, the oldest that do not count any more
    WallTime first_taken{}, first_seen{}, last_taken{}, last_seen{};
    Sample at(std::uint32_t place) const;
  };
  void drop_oldest();
  void push_word(const Sample& sample);

  std::vector<Sample> samples_;  // while there are few
  std::vector<Word> words_;      // instead, once there are more
  std::size_t size_ = 0, held_ = 0;
};

}  // namespace hotspot::rules
