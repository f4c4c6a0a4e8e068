// What the leader makes of the nodes that were admitted, and which others wait: the field `admission` of the hash
// `state`.
//
// PURE. What is read is never trusted. Standings are words, as they were written: a newer version may know others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

inline constexpr const char* kAdmissionField = "admission";

struct AdmittedNode {
  // What libvirt said last.
  struct Proof {
    std::string host_uuid, hostname;
    int cpus = 0;
    std::int64_t memory_bytes = 0;
    bool operator==(const Proof&) const = default;
  };
  std::string id;                     // its name in the registry
  std::string standing = "unproven";  // "proven", "unproven", "keyless", "frozen"
  std::string why;                    // unless it is proven: a sentence, with the cure
  std::optional<Proof> proof;
  std::vector<std::string> fingerprints;  // of its keys
  std::optional<WallTime> last_seen;      // its newest snapshot
  bool operator==(const AdmittedNode&) const = default;
};

// A node that sends and was not admitted, as it describes itself.
struct WaitingNode {
  std::string name, host_uuid, uri;
  std::string fingerprint;  // "": its snapshots are not signed
  std::string why;          // it waits
  WallTime first_seen{}, last_seen{};
  bool operator==(const WaitingNode&) const = default;
};

struct Admission {
  std::vector<AdmittedNode> admitted;
  std::vector<WaitingNode> waiting;
  bool operator==(const Admission&) const = default;

  const AdmittedNode* find(const std::string& id) const;  // null: it is not admitted
};

std::string to_json(const Admission& admission);
// An error if either list is missing. A node that is not understood is left out.
Result<Admission> admission_from_json(std::string_view json);

}  // namespace hotspot::record
