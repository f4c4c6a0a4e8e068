// libvirt's own files of a domain that runs on this machine. As long as none of them was written anew, neither did the
// domain's definition change, nor its balloon, nor did a job begin or end: libvirt need not be asked.
//
// libvirtd (and virtqemud) writes /run/libvirt/qemu/NAME.xml, the state from which it would go on after a restart, at
// each change of the live definition, when the balloon changes, and when a job begins, goes on or ends; the definition
// of the next start is in /etc/libvirt/qemu/NAME.xml. Each is written beside the old one and renamed, so that it is
// another inode. So its folder is written too, and as long as the folders are the same nobody looks at the files
// themselves. They are looked at, never opened. Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "telemetry/snapshot.h"

namespace hotspot::collector {

// Which files they are; zeros: there is none (a domain without a definition for the next start).
struct DomainStamp {
  std::uint64_t state_inode = 0, definition_inode = 0;
  std::int64_t state_ns = 0, definition_ns = 0;  // when they were written
  bool operator==(const DomainStamp&) const = default;
};

class LibvirtFiles {
 public:
  struct Folders {
    std::string state = "/run/libvirt/qemu", definitions = "/etc/libvirt/qemu";
  };
  // Empty: nothing is known of any domain.
  LibvirtFiles() = default;
  explicit LibvirtFiles(Folders folders) : folders_(std::move(folders)) {}

  // Begins a read, before libvirt is asked for anything. True: nothing was written in the folders since the look
  // before.
  bool look(WallTime now);
  // As of look() or later. Nothing where libvirt keeps no such file, or this process may not look: another hypervisor,
  // a user's own libvirtd, another machine, a collectd that is not root.
  std::optional<DomainStamp> stamp(const std::string& name);

 private:
  std::optional<DomainStamp> stamp_of(const std::string& name) const;

  std::optional<Folders> folders_;
  std::optional<DomainStamp> looked_;  // the folders; nothing: the same stamp would not mean that they are the same
  std::unordered_map<std::string, std::optional<DomainStamp>> known_;
};

}  // namespace hotspot::collector
