// Redis streams as values: IDs and entries.
//
// PURE.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actuator/io/redis_reply.h"

namespace hotspot::io {

// "1700000000000-3": the server's wall time in ms, and a number within that millisecond.
struct StreamId {
  std::uint64_t ms = 0;
  std::uint64_t number = 0;
  auto operator<=>(const StreamId&) const = default;
};
std::optional<StreamId> stream_id_from_string(std::string_view text);
std::string to_string(const StreamId& id);
// The next ID, and the one before: Redis before 6.2 has no "(" for ranges that leave their end out.
StreamId successor(StreamId id);
StreamId predecessor(StreamId id);  // of 0-0: 0-0

struct StreamEntry {
  std::string id;
  std::vector<std::pair<std::string, std::string>> fields;

  // Null if there is no such field.
  const std::string* find(std::string_view name) const;
};

// From the reply of XRANGE or XREVRANGE. What has not the shape of an entry is left out.
std::vector<StreamEntry> entries_from(RedisReply&& reply);

struct StreamBatch {
  std::string key;
  std::vector<StreamEntry> entries;
};
// From the reply of XREAD; nil (nothing new) gives none.
std::vector<StreamBatch> batches_from(RedisReply&& reply);

}  // namespace hotspot::io
