// How much memory the replies to one exchange may use, whoever sends them. The bytes on the wire say little about it:
// each small element becomes a value of its own, and a few bytes of nested arrays become a deep recursion.
#pragma once

#include <cstddef>

namespace hotspot::redis {

struct ReplyBudget {
  std::size_t bytes = 0;     // left, of the bytes on the wire
  std::size_t elements = 0;  // left
  bool is_spent = false;     // an element did not fit

  static constexpr std::size_t kBytesOfAnElement = 96;  // in memory, roughly, without its text
  static constexpr int kDeepest = 8;                    // XREAD and CLUSTER SLOTS nest arrays five deep
  static ReplyBudget of(std::size_t bytes) { return {bytes, bytes / kBytesOfAnElement, false}; }
};

}  // namespace hotspot::redis
