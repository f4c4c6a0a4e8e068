// Of what type each key of ours is.
#pragma once

#include <string>

namespace hotspot::io {

// "string", "hash" or "stream", as Redis' TYPE says it; empty: it is no key of ours.
std::string right_type_of(const std::string& key);

}  // namespace hotspot::io
