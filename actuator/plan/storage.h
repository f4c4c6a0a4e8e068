// The disks of a domain that moves: which ones the target has as well, which are copied, and why a disk forbids the
// move.
//
// PURE. Decided by what the collectors of both nodes reported, never by guessing. A file is shared if both nodes have
// it on the same network or cluster file system, from the same server and directory, or if the operator's
// `shared_paths` include it. A block device is shared if both nodes have one with the same world-wide name or device
// mapper UUID. Network disks are always shared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/projection.h"
#include "actuator/plan/migration_method.h"
#include "telemetry/result.h"

namespace hotspot::plan {

// Network and cluster file systems, which several nodes can mount at the same time; the kernel's name for it.
bool is_network_filesystem(const std::string& type);

struct StoragePlan {
  std::vector<std::string> copied_disks;  // target names
  std::int64_t capacity_bytes = 0, allocated_bytes = 0;
  double written_bytes_per_second = 0;  // by the guest, to the disks that are copied
  bool shared_by_statement = false;     // some disks that are not copied are shared only by the operator's statement
};

Result<StoragePlan, model::Refusal> plan_storage(const model::DomainRef& domain, const model::Node& target,
                                                 const MigrationSettings& settings,
                                                 model::Wording wording = model::Wording::kSentence);

// A read-only file of the domain on a server that the source mounts and the target, by both collectors, does not:
// unless the target has a copy at the same path, it will refuse. As a sentence; empty: there is no such file, or it is
// not known.
std::optional<std::string> doubtful_file(const model::DomainRef& domain, const model::Node& target,
                                         const MigrationSettings& settings);

}  // namespace hotspot::plan
