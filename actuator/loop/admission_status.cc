#include "actuator/loop/admission_status.h"

#include <nlohmann/json.hpp>

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kListedTroubled = 20;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// So that what is written changes only every ten seconds.
double about(WallTime time) { return static_cast<double>(to_unix_ms(time) / 10'000 * 10); }

Json json_of(const AdmittedNode& node) {
  Json proof = nullptr;
  if (node.proof)
    proof = {{"host_uuid", node.proof->host_uuid},
             {"hostname", node.proof->hostname},
             {"cpus", node.proof->cpus},
             {"memory_bytes", node.proof->memory_bytes}};
  return {{"id", node.entry.id},
          {"standing", to_string(node.standing)},
          {"why", node.why},
          {"proof", proof},
          {"fingerprints", node.fingerprints},
          {"last_seen", node.last_seen ? Json(about(*node.last_seen)) : Json(nullptr)}};
}

Json json_of(const WaitingNode& node) {
  return {{"name", node.name},
          {"host_uuid", node.host_uuid},
          {"uri", node.uri},
          {"fingerprint", node.fingerprint},
          {"why", node.why},
          {"first_seen", to_unix_seconds(node.first_seen)},
          {"last_seen", about(node.last_seen)}};
}

}  // namespace

std::string admission_to_json(const Admission& admission) {
  Json admitted = Json::array(), waiting = Json::array();
  for (const AdmittedNode& node : admission.admitted()) admitted.push_back(json_of(node));
  for (const WaitingNode& node : admission.waiting()) waiting.push_back(json_of(node));
  return text_of({{"admitted", admitted}, {"waiting", waiting}});
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
