#include "actuator/record/admission.h"

#include <algorithm>

#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {

template <typename Archive>
void members(Archive& archive, As<Archive, AdmittedNode::Proof>& one) {
  archive("host_uuid", one.host_uuid);
  archive("hostname", one.hostname);
  archive("cpus", one.cpus);
  archive("memory_bytes", one.memory_bytes);
}

template <typename Archive>
void members(Archive& archive, As<Archive, AdmittedNode>& one) {
  archive("id", one.id);
  archive("standing", one.standing);
  archive("why", one.why);
  archive("proof", one.proof);
  archive("fingerprints", one.fingerprints);
  archive("last_seen", one.last_seen);
}

template <typename Archive>
void members(Archive& archive, As<Archive, WaitingNode>& one) {
  archive("name", one.name);
  archive("host_uuid", one.host_uuid);
  archive("uri", one.uri);
  archive("fingerprint", one.fingerprint);
  archive("why", one.why);
  archive("first_seen", one.first_seen);
  archive("last_seen", one.last_seen);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Admission>& all) {
  archive("admitted", all.admitted);
  archive("waiting", all.waiting);
}

const AdmittedNode* Admission::find(const std::string& id) const {
  const auto found =
      std::find_if(admitted.begin(), admitted.end(), [&](const AdmittedNode& node) { return node.id == id; });
  return found != admitted.end() ? &*found : nullptr;
}

std::string to_json(const Admission& admission) { return to_line(MemberWriter::written(admission)); }

Result<Admission> admission_from_json(std::string_view text) {
  const nlohmann::json object = parse_json(text);
  for (const char* list : {"admitted", "waiting"}) {
    if (!object.is_object() || !object.contains(list) || !object.at(list).is_array())
      return Error{std::string("the list of nodes that are ") + list + " is missing"};
  }
  Admission admission;
  TolerantReader::read(object, admission);
  return admission;
}

}  // namespace hotspot::record
