// Stores the registry of nodes: in Redis, for all hotspotd of a cluster, and in a local file.
//
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "actuator/ports/journal.h"
#include "actuator/record/registry.h"
#include "telemetry/result.h"

namespace hotspot::ports {

// Changes of single entries: id → its JSON, "" removes it. Other entries are kept.
struct RegistryChange {
  std::int64_t revision = 0;  // of the registry after the change
  std::map<std::string, std::string> entries;
};

class Registry {
 public:
  virtual ~Registry() = default;
  // The stored revision; 0: nothing is stored. Cheap, so that it can be queried every few seconds.
  virtual Result<std::int64_t> revision() = 0;
  virtual Result<record::Registry> load() = 0;
  // Atomic, and only if `token` is the lease's.
  virtual Result<void, WriteError> save(std::int64_t token, const RegistryChange& change) = 0;
};

// hotspotd's local copy, from which the registry is restored when Redis was emptied.
class RegistryCopy {
 public:
  virtual ~RegistryCopy() = default;
  // Revision 0 if there is none yet.
  virtual Result<record::Registry> load() = 0;
  // Atomic: after a crash there is either the whole new copy or the old one.
  virtual Result<void> store(const record::Registry& registry) = 0;
};

}  // namespace hotspot::ports
