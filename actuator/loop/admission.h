// Decides which senders count as nodes.
//
// A snapshot counts once its sender was admitted (by an operator, or by a list or pattern in hotspotd.yaml), its
// signature is by a key in that node's registry entry, its (boot, sequence) has risen, and libvirt at the entry's URI
// has reported the same host UUID, hostname and capacity as entry and snapshot. Everything else is counted by kind,
// with a sentence. No snapshot changes an entry's name, URI or key.
// Values only: time is an argument, nothing waits. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/loop/admission_options.h"
#include "actuator/loop/early_arrivals.h"
#include "actuator/loop/positions.h"
#include "actuator/loop/waiting_list.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"
#include "actuator/ports/snapshot_source.h"
#include "actuator/record/registry.h"

namespace hotspot::loop {

enum class Standing {
  kProven,    // its snapshots count
  kUnproven,  // libvirt at its URI has not answered yet
  kKeyless,   // it is signed, and nobody has pinned its key; or it is not, and must be
  kFrozen     // two things that it says, or that two nodes say, cannot both be true
};
const char* to_string(Standing standing);  // "proven", …

struct AdmittedNode {
  record::RegisteredNode entry;
  Standing standing = Standing::kUnproven;
  std::string why;                           // unless it is proven: a sentence, with the cure
  std::optional<ports::NodeIdentity> proof;  // what libvirt said last
  std::vector<std::string> fingerprints;
  std::optional<WallTime> last_seen;  // a snapshot that could be its own
};

// What became of an arrival.
struct Judgement {
  enum class Kind { kCounts, kWaits, kRefused };
  Kind kind = Kind::kRefused;
  std::string name;      // "unsigned", "replayed", …: under which it is counted; empty if it counts
  std::string sentence;  // likewise
  bool counts() const { return kind == Kind::kCounts; }
};

// Of one kind of refusal.
struct Refusals {
  std::uint64_t count = 0;
  std::string last_sentence;
  WallTime last_at{};
};

enum class AdminFault {
  kNotFound,    // nobody of that name waits, or was admitted
  kAmbiguous,   // several do
  kChanged,     // what the operator saw is not what the node says now
  kConflict,    // another entry has that name, URI, host UUID or key
  kNotAllowed,  // the URI, or the key's form
  kNotWritten   // the registry could not be written: nothing was changed
};
struct AdminError {
  AdminFault fault = AdminFault::kNotFound;
  std::string message;
};
using AdminResult = Result<record::RegisteredNode, AdminError>;  // the entry as it is now, or was

// What an operator saw and agrees to.
struct AdmitRequest {
  std::string node;         // name, host UUID or fingerprint of a node that waits
  std::string uri;          // as it was shown
  std::string fingerprint;  // likewise; "" where its snapshots are not signed
  std::string by;           // "ada"
};

class Admission {
 public:
  Admission(std::string cluster, AdmissionOptions options);

  // --- the registry --------------------------------------------------------------------------------------------------
  // As it was read. What the configuration lists, and is not in it, is added.
  void adopt(record::Registry registry, WallTime now);
  const record::Registry& registry() const { return registry_; }
  std::uint64_t changes() const { return changes_; }  // rises whenever the registry is another
  // How often all entries were indexed: not for each of them, where thousands change.
  std::uint64_t times_indexed() const { return times_indexed_; }
  // Only who leads admits by patterns and pins keys.
  void take_lead() { leads_ = true; }
  void lose_lead() { leads_ = false; }

  // --- what arrives --------------------------------------------------------------------------------------------------
  // If it counts, its URI is the registry's afterwards, whatever it said.
  Judgement judge(ports::Arrival& arrival, WallTime now);
  void hear(const ports::NodeProof& proof, WallTime now);
  // Of nodes that are proven since the last call: what they sent before, as far as it agrees with the proof, in the
  // order in which it came. It counts, and is to be called before judge(), so that it comes before what is newer.
  std::vector<ports::Arrival> take_early(WallTime now);
  // What ends by time: conflicts, silence, the overlap of two keys.
  void advance(WallTime now);

  // --- what shall be connected to ------------------------------------------------------------------------------------
  std::vector<ports::NodeAddress> addresses() const;
  const record::RegisteredNode* find(const std::string& host_uuid) const;   // null: it was not admitted
  const record::RegisteredNode* find_by_uri(const std::string& uri) const;  // likewise
  // Nodes whose libvirt is to be asked anew who it is, because a snapshot says otherwise. Host UUIDs; each is given
  // once.
  std::set<std::string> take_doubts();

  // --- what an operator may do ---------------------------------------------------------------------------------------
  // Pins the key, if there is one. Of a node that was admitted and has no key yet: pins it.
  AdminResult admit(const AdmitRequest& request, WallTime now);
  // One that was not seen: from what the operator knows of it.
  AdminResult add(const ListedNode& node, const std::string& by, WallTime now);
  AdminResult forget(const std::string& id);
  // A new key, and the new host UUID of the node that waits with it, if it has another one: after a reinstallation. The
  // old key holds until the new one has been in use for a while. Without a fingerprint: the host UUID alone.
  AdminResult rekey(const std::string& id, const std::string& fingerprint, WallTime now);

  // --- what there is to see ------------------------------------------------------------------------------------------
  std::vector<AdmittedNode> admitted() const;  // by id
  std::vector<WaitingNode> waiting() const { return waiting_.nodes(); }
  std::size_t waiting_count() const { return waiting_.size(); }
  std::uint64_t waiting_without_room() const { return waiting_.without_room(); }
  const std::map<std::string, Refusals>& refusals() const { return refusals_; }  // by Judgement::name
  std::set<std::string> frozen() const;                                          // host UUIDs

  std::string save_positions() const { return positions_.save(); }
  Result<void> restore_positions(std::string_view saved) { return positions_.restore(saved); }

 private:
  // What is known of an entry besides the entry.
  struct State {
    std::optional<ports::NodeIdentity> identity;
    std::string problem;       // there is no connection, or never was
    std::string not_allowed;   // by the configuration, or because another entry says the same
    std::string disagreement;  // of proof and entry
    std::string capacity;      // of proof and snapshot
    std::string conflict;      // of two senders, or of entry and sender
    WallTime conflict_until{};
    std::string keyless;
    std::optional<WallTime> last_seen;
    std::optional<WallTime> newest_key_since;  // it is in use
    WallTime doubted_at{};
  };
  // A node that a pattern lets in, while libvirt at its URI is asked who it is.
  struct Probe {
    WaitingNode node;
    WallTime since{};
  };
  enum class Claim { kKey, kUuid, kName, kUri };

  void index();
  void index_one(const record::RegisteredNode& node);
  void take_out(const record::RegisteredNode& node);
  void add_listed(WallTime now);
  std::string duplicate_of(const record::RegisteredNode& node) const;  // a sentence; empty: no other says the same
  void put(record::RegisteredNode node);                               // and indexes anew
  Standing standing_of(const std::string& id, std::string* why) const;

  Judgement refuse(const char* name, std::string sentence, WallTime now);
  Judgement wait(const ports::Arrival& arrival, const char* name, std::string why, WallTime now);
  Judgement judge_stranger(const ports::Arrival& arrival, WallTime now);
  Judgement judge_claim(const ports::Arrival& arrival, const std::string& id, Claim claim, WallTime now);
  Judgement judge_unsigned(ports::Arrival& arrival, const std::string& id, Claim claim, WallTime now);
  Judgement judge_own(ports::Arrival& arrival, const std::string& id, WallTime now);
  Judgement judge_position(const ports::Arrival& arrival, const std::string& id, WallTime now);
  Judgement judge_proof(ports::Arrival& arrival, const std::string& id, WallTime now);
  bool still_holds(const ports::Arrival& arrival, const std::string& id) const;
  std::optional<std::pair<std::string, Claim>> claimed_by(const ports::Arrival& arrival) const;
  void freeze(const std::string& id, std::string sentence, WallTime now);
  bool matches_pattern(const std::string& uri) const;
  bool begin_probe(const WaitingNode& node, WallTime now);
  void hear_of_probe(const ports::NodeProof& proof, WallTime now);
  void learn(const std::string& id);
  void compare(const std::string& id);
  std::vector<std::string> ids_without_host_uuid() const;  // whose libvirt has said something
  void retire_keys(WallTime now);
  std::string capacity_problem(const std::string& id, const telemetry::NodeSample& node, WallTime now);
  const WaitingNode* seen(const AdmitRequest& request, AdminError& error);

  std::string cluster_;
  AdmissionOptions options_;
  record::Registry registry_;
  std::map<std::string, State> states_;                                             // by id
  std::map<std::string, std::string> by_uuid_, by_name_, by_uri_, by_fingerprint_;  // to ids
  std::map<std::string, Probe> probes_;                                             // by host UUID
  std::map<std::string, WallTime> failed_probes_;
  WaitingList waiting_;
  Positions positions_;
  EarlyArrivals early_;
  std::map<std::string, Refusals> refusals_;
  std::set<std::string> doubts_;
  std::vector<WaitingNode> seen_;  // of the last request
  std::uint64_t changes_ = 0, times_indexed_ = 0;
  bool leads_ = false;
};

// "SHA256:…" of a key in base64, or of such a text itself; "" if it is neither.
std::string fingerprint_of(const std::string& key);

}  // namespace hotspot::loop
