// libvirt's events about one migration, written into a MigrationClock. For the libvirt_*.cc of this folder only.
#pragma once

#include <memory>
#include <string>

#include "actuator/io/libvirt/migration_clock.h"
#include "actuator/io/libvirt/node.h"
#include "common/libvirt/handles.h"

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
  virt::TimedCalls calls_;
  std::shared_ptr<Registered> registered_;
};

}  // namespace hotspot::io
