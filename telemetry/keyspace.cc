#include "telemetry/keyspace.h"

#include <algorithm>

namespace hotspot::telemetry {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

Result<Keyspace> Keyspace::of(const std::string& cluster) {
  if (cluster.empty()) return Error{"the name of the cluster is empty"};
  if (cluster.size() > 64) return Error{"the name of the cluster is longer than 64 characters"};
  if (!std::all_of(cluster.begin(), cluster.end(), is_name_character)) {
    return Error{"'" + cluster + "' is not a name for a cluster: only letters, digits, '.', '_' and '-' may be in it"};
  }
  return Keyspace(cluster);
}

}  // namespace hotspot::telemetry
