// One live migration, from beginning to end. For the *.cc of this folder only.
//
// libvirt's call blocks until the domain has moved, so it runs in a thread of its own, while the caller's thread
// queries figures, passes them on, and cancels on request.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "actuator/io/libvirt/domain.h"
#include "actuator/io/libvirt/migrate_call.h"
#include "actuator/io/libvirt/migration_clock.h"
#include "actuator/io/libvirt/node.h"
#include "actuator/io/libvirt/stopped_copy.h"
#include "actuator/io/libvirt/storage.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::io {

class LibvirtMigration {
 public:
  LibvirtMigration(std::shared_ptr<LibvirtNode> source, std::shared_ptr<LibvirtNode> target, std::string domain_uuid,
                   ports::MigrationOptions options);

  Result<ports::MigrationProgress, ports::CallError> run();

 private:
  using Ended = Result<int, ports::CallError>;
  using Facts = Result<ports::DomainFacts, ports::CallError>;
  using Outcome = Result<ports::MigrationProgress, ports::CallError>;

  Result<std::shared_ptr<virt::Pending<Ended>>, ports::CallError> begin();
  // Empty: continue. Otherwise why it is not worth waiting any longer.
  std::optional<ports::CallError> follow();
  std::optional<ports::CallError> ask_for_figures();
  std::optional<ports::CallError> keep_cancelling();
  void turn_to_post_copy();
  ports::MigrationProgress current() const;
  Outcome conclude(const Ended& ended);
  Outcome completed();
  ports::CallFault fault_while_running(ports::CallFault said) const;
  Outcome not_migrated(const ports::CallError& error);
  ports::CallError not_begun(ports::CallError error);
  ports::CallError not_known(const ports::CallError& error, const Facts& source, const Facts& target) const;
  // Creates files on the target for copied disks; and removes them, once the target reports that it has no such domain:
  // otherwise its QEMU may be using them.
  std::optional<ports::CallError> make_room_at_target();
  bool remove_room_at_target();  // false: they may still be there
  ports::CallError with_files_left(ports::CallError error) const;
  void note_storage(const ports::MigrationProgress& figures);

  Milliseconds until_next_figures() const;

  std::shared_ptr<LibvirtNode> source_, target_;
  std::string domain_uuid_;
  ports::MigrationOptions options_;
  std::chrono::steady_clock::time_point begun_at_{};
  std::optional<ports::MigrationProgress> progress_;
  std::shared_ptr<MigrationClock> clock_ = std::make_shared<MigrationClock>();
  StoppedCopy stopped_copy_;
  bool downtime_set_ = false;
  bool post_copy_ = false;
  std::vector<CopiedDisk> room_;
  std::optional<ports::MigrationProgress> storage_;  // the last figures of the disks
  std::optional<std::chrono::steady_clock::time_point> cancelled_at_;
};

}  // namespace hotspot::io
