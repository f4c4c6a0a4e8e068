// Reads hashes that others may have written to: their size is checked first.
//
// A hash larger than hotspotd ever writes is not read, and the error says what is wrong and what to do. Thread rule:
// that of the client.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "actuator/io/redis/client.h"

namespace hotspot::io {

struct HashBound {
  std::int64_t most_fields = 0;
  std::int64_t most_bytes = 0;          // names and values of all fields
  std::int64_t most_bytes_a_field = 0;  // of a value
  std::int64_t most_bytes_a_large = 0;  // of a field with one of these prefixes
  std::vector<std::string> large = {};
  std::string prefix = {};  // only fields with this prefix are read
};

// In one script, so that what is read is what was measured. Needs EVALSHA: only for hotspotd's own role.
Result<std::map<std::string, std::string>> read_bounded(RedisClient& client, const std::string& key,
                                                        const HashBound& bound);

}  // namespace hotspot::io
