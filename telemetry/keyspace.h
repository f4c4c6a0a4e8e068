// The names of all Redis keys.
//
// Keys start with "hotspot:{CLUSTER}:"; the braces keep a cluster's keys in one Redis Cluster slot, so that scripts
// work.
#pragma once

#include <string>

#include "telemetry/result.h"

namespace hotspot::telemetry {

// The keys of one cluster.
class Keyspace {
 public:
  // Refuses names that are empty, longer than 64 characters, or have characters other than letters, digits, '.', '_',
  // '-'.
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
  std::string inputs() const { return prefix_ + "inputs"; }                  // what decisions were made from
  std::string input_ages() const { return prefix_ + "inputs:ages"; }         // when each part was used last
  std::string answers() const { return prefix_ + "answers"; }                // hash, by command id
  std::string published() const { return prefix_ + "published"; }            // what the leader lets collectors read

 private:
  explicit Keyspace(const std::string& cluster) : cluster_(cluster), prefix_("hotspot:{" + cluster + "}:") {}
  std::string cluster_;
  std::string prefix_;
};

// The field of an entry of the stream `snapshots` that holds the snapshot's JSON.
inline constexpr const char* kSnapshotField = "snapshot";

}  // namespace hotspot::telemetry
