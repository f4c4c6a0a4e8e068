// libvirt's own files of the domains on this machine. While they are unchanged, neither the definition nor the balloon
// of a domain has changed, and no job has begun or ended: libvirt need not be asked.
//
// libvirtd (and virtqemud) writes /run/libvirt/qemu/NAME.xml, the state from which it resumes after a restart, at each
// change of the live definition, when the balloon changes, and when a job begins, continues or ends; the definition for
// the next start is in /etc/libvirt/qemu/NAME.xml. Each is written to a new file that replaces the old one, so that its
// inode changes. That also modifies the directory, and while the directories are unchanged the files need not be
// checked. Files are only stat'ed, never opened. Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "telemetry/snapshot.h"

namespace hotspot::collector {

// Identifies the files; zeros: there is none (a domain without a definition for the next start).
struct DomainStamp {
  std::uint64_t state_inode = 0, definition_inode = 0;
  std::int64_t state_ns = 0, definition_ns = 0;  // modification times
  bool operator==(const DomainStamp&) const = default;
};

class LibvirtFiles {
 public:
  struct Folders {
    std::string state = "/run/libvirt/qemu", definitions = "/etc/libvirt/qemu";
  };
  // Empty: nothing is known about any domain.
  LibvirtFiles() = default;
  explicit LibvirtFiles(Folders folders) : folders_(std::move(folders)) {}

  // Begins a read, before libvirt is asked for anything. True: the directories have not changed since the previous
  // call.
  bool look(WallTime now);
  // As of look() or later. Empty if libvirt keeps no such file or if it is not accessible: another hypervisor, a user's
  // own libvirtd, another machine, a collectd that does not run as root.
  std::optional<DomainStamp> stamp(const std::string& name);

 private:
  std::optional<DomainStamp> stamp_of(const std::string& name) const;

  std::optional<Folders> folders_;
  std::optional<DomainStamp> looked_;  // the directories; empty: equal stamps would not prove that they are unchanged
  std::unordered_map<std::string, std::optional<DomainStamp>> known_;
};

}  // namespace hotspot::collector
