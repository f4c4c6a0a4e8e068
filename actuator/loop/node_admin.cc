#include "actuator/loop/node_admin.h"

#include <utility>

namespace hotspot::loop {

template <typename Change>
AdminResult NodeAdmin::carry_out(const Writer& writer, const Change& change) {
  record::Registry before = admission_.registry();
  AdminResult result = change();
  if (!result) return result;
  const auto saved = keeper_.save(writer.token);
  if (saved) return result;
  admission_.adopt(std::move(before), writer.now);
  return AdminError{AdminFault::kNotWritten, "the registry of nodes could not be written: " + saved.error().message};
}

AdminResult NodeAdmin::admit(const AdmitRequest& request, const Writer& writer) {
  return carry_out(writer, [&] { return admission_.admit(request, writer.now); });
}

AdminResult NodeAdmin::add(const ListedNode& node, const std::string& by, const Writer& writer) {
  return carry_out(writer, [&] { return admission_.add(node, by, writer.now); });
}

AdminResult NodeAdmin::forget(const std::string& id, const Writer& writer) {
  return carry_out(writer, [&] { return admission_.forget(id); });
}

AdminResult NodeAdmin::rekey(const std::string& id, const std::string& fingerprint, const Writer& writer) {
  return carry_out(writer, [&] { return admission_.rekey(id, fingerprint, writer.now); });
}

std::vector<AdminResult> NodeAdmin::admit_all(const std::vector<AdmitRequest>& requests, const Writer& writer) {
  record::Registry before = admission_.registry();
  std::vector<AdminResult> results;
  results.reserve(requests.size());
  for (const AdmitRequest& request : requests) results.push_back(admission_.admit(request, writer.now));
  const auto saved = keeper_.save(writer.token);
  if (saved) return results;
  admission_.adopt(std::move(before), writer.now);
  for (AdminResult& result : results) {
    if (result)
      result =
          AdminError{AdminFault::kNotWritten, "the registry of nodes could not be written: " + saved.error().message};
  }
  return results;
}

}  // namespace hotspot::loop
