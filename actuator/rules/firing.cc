#include "actuator/rules/firing.h"

#include <string_view>

namespace hotspot::rules {
namespace {

// Not part of the key: what a migration changes.
bool is_place(std::string_view label) { return label == "node" || label == "domain"; }

}  // namespace

std::string Subject::key() const {
  std::string key = to_string(kind);
  key += ':';
  if (kind == SubjectKind::kDomain) key += domain_uuid;
  if (kind == SubjectKind::kNode) key += node_uuid;
  for (const auto& [name, value] : labels) {
    // A label of a place stays where the subject is none: the cluster's values differ by it.
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
