// libvirt's events about one migration, written into a MigrationClock. For the libvirt_*.cc of this folder only.
#pragma once

#include <memory>
#include <string>

#include "actuator/io/libvirt_handles.h"
#include "actuator/io/libvirt_node.h"
#include "actuator/io/migration_clock.h"

namespace hotspot::io {

enum class MigrationSide { kSource, kTarget };

// Listens as long as it lives. A node that does not answer, or whose driver has no such events, tells nothing: then the
// phases stay empty, and nothing else is lost.
class MigrationEvents {
 public:
  MigrationEvents(LibvirtNode& node, MigrationSide side, const std::string& domain_uuid,
                  std::shared_ptr<MigrationClock> clock);
  ~MigrationEvents();
  MigrationEvents(const MigrationEvents&) = delete;
  MigrationEvents& operator=(const MigrationEvents&) = delete;

 private:
  struct Registered;
  TimedCalls calls_;
  std::shared_ptr<Registered> registered_;
};

}  // namespace hotspot::io
