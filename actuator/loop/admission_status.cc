#include "actuator/loop/admission_status.h"

#include <nlohmann/json.hpp>

namespace hotspot::loop {
namespace {

using Json = nlohmann::json;

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

std::string admission_summary(const Admission& admission) {
  std::map<std::string, std::size_t> standings;
  Json troubled = Json::array();
  for (const AdmittedNode& node : admission.admitted()) {
    ++standings[to_string(node.standing)];
    if (node.standing != Standing::kProven && troubled.size() < 20)
      troubled.push_back({{"id", node.entry.id}, {"standing", to_string(node.standing)}, {"why", node.why}});
  }
  Json refused = Json::object();
  for (const auto& [kind, refusals] : admission.refusals())
    refused[kind] = {{"count", refusals.count},
                     {"last_message", refusals.last_sentence},
                     {"last_at", to_unix_seconds(refusals.last_at)}};
  Json summary = {{"admitted", admission.registry().nodes.size()},
                  {"waiting", admission.waiting_count()},
                  {"waiting_without_room", admission.waiting_without_room()},
                  {"troubled", troubled},
                  {"refused", refused}};
  for (const char* standing : {"proven", "unproven", "keyless", "frozen"}) summary[standing] = standings[standing];
  return text_of(summary);
}

}  // namespace hotspot::loop
