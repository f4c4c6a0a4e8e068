// Texts in the zlib format (RFC 1950), as `zlib-flate -uncompress` and Python's zlib read them.
//
// Thread rule: may be called from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "telemetry/result.h"

namespace hotspot::deflate {

// The same text gives the same bytes with one version of zlib only.
std::string compress(std::string_view text);

// Anybody may have written the bytes: an error if they are no such text, or one longer than most_bytes. No more memory
// than that is used.
Result<std::string> decompress(std::string_view bytes, std::size_t most_bytes);

}  // namespace hotspot::deflate
