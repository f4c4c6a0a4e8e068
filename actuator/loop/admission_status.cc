#include "actuator/loop/admission_status.h"

namespace hotspot::loop {
namespace {

constexpr std::size_t kListedTroubled = 20;

// So that what is written changes only every ten seconds.
WallTime about(WallTime time) { return from_unix_ms(to_unix_ms(time) / 10'000 * 10'000); }

record::AdmittedNode node_record(const AdmittedNode& node) {
  record::AdmittedNode out{.id = node.entry.id,
                           .standing = to_string(node.standing),
                           .why = node.why,
                           .proof = {},
                           .fingerprints = node.fingerprints,
                           .last_seen = {}};
  if (node.proof)
    out.proof = record::AdmittedNode::Proof{.host_uuid = node.proof->host_uuid,
                                            .hostname = node.proof->hostname,
                                            .cpus = node.proof->cpus,
                                            .memory_bytes = node.proof->memory_bytes};
  if (node.last_seen) out.last_seen = about(*node.last_seen);
  return out;
}

record::WaitingNode node_record(const WaitingNode& node) {
  return {.name = node.name,
          .host_uuid = node.host_uuid,
          .uri = node.uri,
          .fingerprint = node.fingerprint,
          .why = node.why,
          .first_seen = node.first_seen,
          .last_seen = about(node.last_seen)};
}

}  // namespace

record::Admission admission_record(const Admission& admission) {
  record::Admission out;
  for (const AdmittedNode& node : admission.admitted()) out.admitted.push_back(node_record(node));
  for (const WaitingNode& node : admission.waiting()) out.waiting.push_back(node_record(node));
  return out;
}

record::Status::Admission admission_summary(const Admission& admission) {
  record::Status::Admission summary{.admitted = admission.registry().nodes.size(),
                                    .waiting = admission.waiting_count(),
                                    .waiting_without_room = admission.waiting_without_room(),
                                    .troubled = {},
                                    .refused = {}};
  const std::map<Standing, std::size_t*> counts{{Standing::kProven, &summary.proven},
                                                {Standing::kUnproven, &summary.unproven},
                                                {Standing::kKeyless, &summary.keyless},
                                                {Standing::kFrozen, &summary.frozen}};
  for (const AdmittedNode& node : admission.admitted()) {
    ++*counts.at(node.standing);
    if (node.standing != Standing::kProven && summary.troubled.size() < kListedTroubled)
      summary.troubled.push_back({node.entry.id, to_string(node.standing), node.why});
  }
  for (const auto& [kind, refusals] : admission.refusals())
    summary.refused[kind] = {refusals.count, refusals.last_sentence, refusals.last_at};
  return summary;
}

}  // namespace hotspot::loop
