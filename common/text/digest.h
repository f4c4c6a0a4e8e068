// A short digest of a text (FNV-1a, 64 bits): to detect changes, or to distinguish long names. Not for secrets. It is
// the same on every machine and in every version, because file names contain it. PURE.
#pragma once

#include <cstdint>
#include <string_view>

namespace hotspot::text {

constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

}  // namespace hotspot::text
