// Where the registry of nodes is kept: in Redis, for all hotspotd of a cluster, and in a file of hotspotd's own.
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

// What becomes of single entries: id → its JSON, "" removes it. The others stay as they are.
struct RegistryChange {
  std::int64_t revision = 0;  // of the registry after the change
  std::map<std::string, std::string> entries;
};

class Registry {
 public:
  virtual ~Registry() = default;
  // Of what is there now; 0: nothing is. Cheap, so that it can be asked every few seconds.
  virtual Result<std::int64_t> revision() = 0;
  virtual Result<record::Registry> load() = 0;
  // All of it or nothing, if `token` is the lease's.
  virtual Result<void, WriteError> save(std::int64_t token, const RegistryChange& change) = 0;
};

// hotspotd's own copy, from which the registry comes back when Redis was emptied.
class RegistryCopy {
 public:
  virtual ~RegistryCopy() = default;
  // Revision 0 if there is none yet.
  virtual Result<record::Registry> load() = 0;
  // A whole new copy or the old one, whenever the machine stops.
  virtual Result<void> store(const record::Registry& registry) = 0;
};

}  // namespace hotspot::ports
