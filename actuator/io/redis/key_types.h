// The Redis type of each key of Hotspot.
#pragma once

#include <string>

namespace hotspot::io {

// "string", "hash" or "stream", as in Redis' TYPE; empty: not a key of Hotspot.
std::string right_type_of(const std::string& key);

}  // namespace hotspot::io
