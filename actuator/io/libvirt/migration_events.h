// Passes libvirt's events about one migration to a MigrationClock. For the *.cc of this folder only.
#pragma once

#include <memory>
#include <string>

#include "actuator/io/libvirt/migration_clock.h"
#include "actuator/io/libvirt/node.h"
#include "common/libvirt/handles.h"

namespace hotspot::io {

enum class MigrationSide { kSource, kTarget };

// Listens for as long as it exists. If a node does not answer, or its driver has no such events, the phases stay empty;
// there is no other effect.
class MigrationEvents {
 public:
  MigrationEvents(LibvirtNode& node, MigrationSide side, const std::string& domain_uuid,
                  std::shared_ptr<MigrationClock> clock);
  ~MigrationEvents();
  MigrationEvents(const MigrationEvents&) = delete;
  MigrationEvents& operator=(const MigrationEvents&) = delete;

 private:
  struct Registered;
  virt::TimedCalls calls_;
  std::shared_ptr<Registered> registered_;
};

}  // namespace hotspot::io
