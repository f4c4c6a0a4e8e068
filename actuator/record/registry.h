// The registry of nodes as a whole: the hash `nodes`, and hotspotd's own copy of it in a file.
//
// PURE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "actuator/record/registered_node.h"
#include "telemetry/result.h"

namespace hotspot::record {

// The field of the hash that holds the revision; no node can be called so.
inline constexpr const char* kRevisionField = ":revision";
// Nobody gets there by changes; what is beyond was made up, and counts as this one.
inline constexpr std::int64_t kLastRevision = std::int64_t{1} << 53;
inline constexpr std::size_t kMostRegisteredNodes = 10'000;

struct Registry {
  // Rises by one with each change, so that an emptied or outdated hash is known as such; 0: there is none.
  std::int64_t revision = 0;
  std::map<std::string, RegisteredNode> nodes;    // by id
  std::map<std::string, std::string> unreadable;  // id → why; they count as nobody, and stay as they are
  bool operator==(const Registry&) const = default;
};

// From the fields of the hash, which may have been written by anybody.
Registry registry_from_fields(const std::map<std::string, std::string>& fields);

// As one text, for a file. Unreadable entries are left out.
std::string to_json(const Registry& registry);
Result<Registry> registry_from_json(std::string_view json);

}  // namespace hotspot::record
