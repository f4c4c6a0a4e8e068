// Hashes that others may have written into: how large they are is asked before they are read.
//
// What is larger than hotspotd ever writes is not read, and the error says what is wrong and what to do. Thread rule:
// as the client.
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
  std::int64_t most_bytes_a_large = 0;  // of a value of these fields, by the beginnings of their names
  std::vector<std::string> large = {};
  std::string prefix = {};  // only fields that begin so are read
};

// In one script, so that what was measured is what is read. Needs EVALSHA: for hotspotd's own role.
Result<std::map<std::string, std::string>> read_bounded(RedisClient& client, const std::string& key,
                                                        const HashBound& bound);

}  // namespace hotspot::io
