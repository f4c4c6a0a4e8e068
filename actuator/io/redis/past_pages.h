// A stream read backwards in pages, so that however long it is, one page is in memory at a time.
//
// Thread rule: as the client's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/redis/client.h"
#include "actuator/io/redis/stream.h"
#include "telemetry/units.h"

namespace hotspot::io {

struct PastPage {
  std::vector<StreamEntry> entries;  // newest first
  std::size_t strange = 0;           // others, without the shape of an entry
  std::string next;                  // where the next page begins; empty: this was the last
};

// From `before` (PastPage::next; empty: from the newest) back to `from`, at most `count` entries.
Result<PastPage> read_past(RedisClient& client, const std::string& key, WallTime from, const std::string& before,
                           std::size_t count);

// When the oldest entry that the stream still has came; empty: it has none.
Result<std::optional<WallTime>> oldest_in(RedisClient& client, const std::string& key);

}  // namespace hotspot::io
