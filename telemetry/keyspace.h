// Every Redis key, spelled once.
//
// Keys start "hotspot:{CLUSTER}:"; the braces keep a cluster's keys on one Redis Cluster slot, so that scripts work.
#pragma once

#include <string>

#include "telemetry/result.h"

namespace hotspot::telemetry {

// A cluster: the set of nodes among which domains may migrate.
class Keyspace {
 public:
  // Refuses names that are empty, longer than 64, or have other characters than letters, digits, '.', '_' and '-'.
  static Result<Keyspace> of(const std::string& cluster);

  const std::string& cluster() const { return cluster_; }
  std::string snapshots() const { return prefix_ + "snapshots"; }
  std::string commands() const { return prefix_ + "commands"; }
  std::string journal() const { return prefix_ + "journal"; }
  std::string decisions() const { return prefix_ + "decisions"; }
  std::string state() const { return prefix_ + "state"; }
  std::string lease() const { return prefix_ + "lease"; }
  std::string nodes() const { return prefix_ + "nodes"; }                    // the registry of admitted nodes
  std::string admin_commands() const { return prefix_ + "commands:admin"; }  // admit, forget, rekey, mode
  std::string answers() const { return prefix_ + "answers"; }                // by the id of a command
  std::string published() const { return prefix_ + "published"; }            // what collectors may know of the leader

 private:
  explicit Keyspace(const std::string& cluster) : cluster_(cluster), prefix_("hotspot:{" + cluster + "}:") {}
  std::string cluster_;
  std::string prefix_;
};

// The one field of an entry of the `snapshots` stream.
inline constexpr const char* kSnapshotField = "snapshot";

}  // namespace hotspot::telemetry
