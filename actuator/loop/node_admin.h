// Executes operators' changes to the registry of nodes: success is reported only for what has been written to Redis.
//
// Thread rule: the loop's thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actuator/loop/admission.h"
#include "actuator/loop/registry_keeper.h"

namespace hotspot::loop {

class NodeAdmin {
 public:
  NodeAdmin(Admission& admission, RegistryKeeper& keeper) : admission_(admission), keeper_(keeper) {}

  // Of who leads.
  struct Writer {
    std::int64_t token = 0;
    WallTime now{};
  };
  AdminResult admit(const AdmitRequest& request, const Writer& writer);
  AdminResult add(const ListedNode& node, const std::string& by, const Writer& writer);
  AdminResult forget(const std::string& id, const Writer& writer);
  AdminResult rekey(const std::string& id, const std::string& fingerprint, const Writer& writer);
  // Each that the operator agreed to, in order; what does not fit any more is left out, and says why. Written at once.
  std::vector<AdminResult> admit_all(const std::vector<AdmitRequest>& requests, const Writer& writer);

  std::vector<AdmittedNode> admitted() const { return admission_.admitted(); }
  std::vector<WaitingNode> waiting() const { return admission_.waiting(); }

 private:
  template <typename Change>
  AdminResult carry_out(const Writer& writer, const Change& change);
  Admission& admission_;
  RegistryKeeper& keeper_;
};

}  // namespace hotspot::loop
