#include "actuator/rules/firing.h"

#include <string_view>

namespace hotspot::rules {
namespace {

// Labels that a migration changes are not part of the key.
bool is_place(std::string_view label) { return label == "node" || label == "domain"; }

}  // namespace

std::string Subject::key() const {
  std::string key = to_string(kind);
  key += ':';
  if (kind == SubjectKind::kDomain) key += domain_uuid;
  if (kind == SubjectKind::kNode) key += node_uuid;
  for (const auto& [name, value] : labels) {
    // For the cluster these labels stay: its values differ by them.
    if (is_place(name) && kind != SubjectKind::kCluster) continue;
    key += ',';
    key += name;
    key += '=';
    key += value;
  }
  return key;
}

const char* to_string(Phase phase) {
  switch (phase) {
    case Phase::kPending:
      return "pending";
    case Phase::kFiring:
      return "firing";
    case Phase::kResolved:
      return "resolved";
  }
  return "unknown";
}

}  // namespace hotspot::rules
