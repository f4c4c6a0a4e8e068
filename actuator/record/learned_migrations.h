// What past migrations showed of links and of domains: the field `migrations` of the hash `state`.
//
// PURE. What is read is never trusted: figures that no migration has are an error.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

// Of two nodes. A rate of 0: nothing is known.
struct LearnedRoute {
  std::string source, target;  // UUIDs
  double bytes_per_second = 0, overhead_seconds = 0;
  int migrations = 0;
  double storage_bytes_per_second = 0;
  int copies = 0;  // of disks
  double stop_bytes_per_second = 0;
  bool operator==(const LearnedRoute&) const = default;
};

struct LearnedDomain {
  std::optional<double> dirty_bytes_per_second;
  double first_round_bytes = 0, estimate_bytes = 0;
  WallTime at{};
  bool operator==(const LearnedDomain&) const = default;
};

struct LearnedMigrations {
  std::vector<LearnedRoute> routes;
  std::map<std::string, LearnedDomain> domains;  // by domain UUID
  bool operator==(const LearnedMigrations&) const = default;
};

std::string to_json(const LearnedMigrations& learned);  // "" for none
Result<LearnedMigrations> learned_migrations_from_json(std::string_view json);

}  // namespace hotspot::record
