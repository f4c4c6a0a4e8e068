// A domain's disks when it moves: which the target has as well, which are copied, and why a disk forbids the move.
//
// PURE. Decided by what the two nodes' collectors saw, never by a guess: a file is shared when both nodes have it on
// the same network or cluster file system, from the same server and folder, or when the operator's `shared_paths` say
// so; a block device when both have one of the same world-wide name or device mapper's UUID; network disks always.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/projection.h"
#include "actuator/plan/migration_method.h"
#include "telemetry/result.h"

namespace hotspot::plan {

struct StoragePlan {
  std::vector<std::string> copied_disks;  // target names
  std::int64_t capacity_bytes = 0, allocated_bytes = 0;
  double written_bytes_per_second = 0;  // by the guest, to the disks that are copied
  bool shared_by_statement = false;     // of those that are not copied, some by the operator's word alone
};

Result<StoragePlan, model::Refusal> plan_storage(const model::DomainRef& domain, const model::Node& target,
                                                 const MigrationSettings& settings);

// A file that the domain only reads, and its node has from a server from which the target, as both told, has not:
// unless it has a copy at the same place, it will refuse. As a sentence; empty: there is no such file, or it is not
// known.
std::optional<std::string> doubtful_file(const model::DomainRef& domain, const model::Node& target,
                                         const MigrationSettings& settings);

}  // namespace hotspot::plan
