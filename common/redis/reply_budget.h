// How much the replies to one exchange may make us hold, whoever answers. Of many small elements the bytes on the wire
// say little: each becomes a value of its own, and where arrays are nested in arrays a few bytes are a deep call.
#pragma once

#include <cstddef>

namespace hotspot::redis {

struct ReplyBudget {
  std::size_t bytes = 0;     // that are left, on the wire
  std::size_t elements = 0;  // that are left
  bool is_spent = false;     // an element found no place

  static constexpr std::size_t kBytesOfAnElement = 96;  // in memory, about, and without its text
  static constexpr int kDeepest = 8;                    // XREAD and CLUSTER SLOTS have five arrays in one another
  static ReplyBudget of(std::size_t bytes) { return {bytes, bytes / kBytesOfAnElement, false}; }
};

}  // namespace hotspot::redis
