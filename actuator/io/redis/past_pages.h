// Reads a stream backwards in pages, so that only one page is in memory, however long the stream is.
//
// Thread rule: that of the client.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/redis/client.h"
#include "actuator/io/redis/stream.h"
#include "telemetry/units.h"

namespace hotspot::io {

// The reply of XRANGE or XREVRANGE (`command`) for at most `count` entries. If they are too large for one reply, half
// as many are asked for, down to one; `count` is then what was asked for, and stays so for the next page.
Result<redis::Reply, redis::CommandError> read_range(RedisClient& client, redis::Command command, std::size_t& count);

struct PastPage {
  std::vector<StreamEntry> entries;  // newest first
  std::size_t strange = 0;           // number of other elements, not in the form of an entry
  std::string next;                  // where the next page begins; empty: this was the last
};

struct PastRequest {
  std::string key;        // of the stream
  WallTime from{};        // so far back
  std::string before;     // PastPage::next; empty: from the newest
  std::size_t count = 0;  // at most
};
Result<PastPage> read_past(RedisClient& client, const PastRequest& request);

// When the oldest entry that is still in the stream arrived; empty: there is none.
Result<std::optional<WallTime>> oldest_in(RedisClient& client, const std::string& key);

}  // namespace hotspot::io
