// Admission: decides whether a snapshot counts.
#include <algorithm>
#include <utility>

#include "actuator/loop/admission.h"
#include "common/text/ascii.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using Seal = ports::Envelope::Seal;

// After the last snapshot that contradicts another: longer than collectors are silent between two reads.
constexpr Milliseconds kConflictLasts{std::chrono::minutes(2)};
constexpr std::size_t kMostNameBytes = 255;
constexpr std::size_t kMostUuidBytes = 64;

std::string in_quotes(const std::string& name) { return "'" + text::visible(name) + "'"; }

std::string admit_by(const std::string& name) {
  return "look at its URI and its key's fingerprint, then: hotspotctl node admit " + text::visible(name);
}

std::string host_uuid_cure(const std::string& uuid) {
  return "two nodes have the host UUID " + text::visible(uuid) +
         " (boards of one model often share it): set host_uuid in libvirtd.conf of one of them and restart its "
         "libvirtd";
}

std::string rekey_cure(const std::string& id) {
  return "if it was installed anew: hotspotctl node rekey " + text::visible(id) +
         "; if it is gone for good: hotspotctl node forget " + text::visible(id);
}

// A host name, or a UUID: it begins with a letter or a digit and has no blanks. By other names one node could look like
// another, or like a whole line of the list that an operator agrees to.
bool is_plain(const std::string& text) {
  return !text.empty() && text::is_letter_or_digit(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
    return text::is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
  });
}

std::string malformed(const ports::Arrival& arrival) {
  const telemetry::NodeSample& node = arrival.snapshot.node;
  if (node.uuid.size() > kMostUuidBytes || !is_plain(node.uuid))
    return "a snapshot's host UUID is empty, longer than 64 bytes, or of other characters than a UUID has: " +
           in_quotes(node.uuid);
  if (node.name.size() > kMostNameBytes || !is_plain(node.name))
    return "a snapshot's node name is empty, longer than 255 bytes, or of other characters than a host name has "
           "(letters, digits, '-', '.', '_'): " +
           in_quotes(node.name);
  if (node.uri.size() > kMostUriBytes)
    return "the URI that " + in_quotes(node.name) + " announces is longer than 512 bytes";
  return "";
}

WaitingNode waiting_of(const ports::Arrival& arrival, std::string why) {
  const telemetry::NodeSample& node = arrival.snapshot.node;
  const ports::Envelope& envelope = arrival.envelope;
  const bool is_signed = envelope.seal == Seal::kGood;
  return {.name = node.name,
          .host_uuid = node.uuid,
          .uri = node.uri,
          .key = is_signed ? envelope.key : "",
          .fingerprint = is_signed ? envelope.fingerprint : "",
          .why = std::move(why)};
}

}  // namespace

Judgement Admission::refuse(const char* name, std::string sentence, WallTime now) {
  Refusals& refusals = refusals_[name];
  ++refusals.count;
  refusals.last_sentence = sentence;
  refusals.last_at = now;
  return {Judgement::Kind::kRefused, name, std::move(sentence)};
}

Judgement Admission::wait(const ports::Arrival& arrival, const char* name, std::string why, WallTime now) {
  waiting_.see(waiting_of(arrival, why), now);
  Judgement verdict = refuse(name, in_quotes(arrival.snapshot.node.name) + " waits: " + why, now);
  verdict.kind = Judgement::Kind::kWaits;
  return verdict;
}

void Admission::freeze(const std::string& id, std::string sentence, WallTime now) {
  State& state = states_.at(id);
  state.conflict = std::move(sentence);
  state.conflict_until = now + kConflictLasts;
}

// Whose entry does it claim to be? By its key before all, since that cannot be claimed.
std::optional<std::pair<std::string, Admission::Claim>> Admission::claimed_by(const ports::Arrival& arrival) const {
  const telemetry::NodeSample& node = arrival.snapshot.node;
  const auto in = [](const std::map<std::string, std::string>& index, const std::string& key) {
    return key.empty() ? index.end() : index.find(key);
  };
  if (arrival.envelope.seal == Seal::kGood) {
    if (const auto id = in(by_fingerprint_, arrival.envelope.fingerprint); id != by_fingerprint_.end())
      return std::pair(id->second, Claim::kKey);
  }
  if (const auto id = in(by_uuid_, node.uuid); id != by_uuid_.end()) return std::pair(id->second, Claim::kUuid);
  if (const auto id = in(by_name_, node.name); id != by_name_.end()) return std::pair(id->second, Claim::kName);
  if (const auto id = in(by_uri_, uri_identity(node.uri)); id != by_uri_.end())
    return std::pair(id->second, Claim::kUri);
  return std::nullopt;
}

Judgement Admission::judge(ports::Arrival& arrival, WallTime now) {
  const telemetry::NodeSample& node = arrival.snapshot.node;
  if (const std::string why = malformed(arrival); !why.empty()) return refuse("malformed", why, now);
  if (arrival.snapshot.cluster != cluster_)
    return refuse("other_cluster",
                  in_quotes(node.name) + " says that it belongs to the cluster " + in_quotes(arrival.snapshot.cluster),
                  now);
  const ports::Envelope& envelope = arrival.envelope;
  if (envelope.seal == Seal::kBad)
    return refuse("bad_signature", "a snapshot of " + in_quotes(node.name) + ": " + envelope.problem, now);
  if (envelope.seal == Seal::kGood &&
      (envelope.node != node.uuid || envelope.position.sequence != arrival.snapshot.sequence))
    return refuse("bad_signature",
                  "a snapshot of " + in_quotes(node.name) + " was signed for another node or sequence than it says",
                  now);
  const auto claimed = claimed_by(arrival);
  if (!claimed) return judge_stranger(arrival, now);
  const auto& [id, claim] = *claimed;
  if (claim == Claim::kKey) return judge_own(arrival, id, now);
  const record::RegisteredNode& entry = registry_.nodes.at(id);
  if (entry.keys.empty() && !(options_.require_keys && envelope.seal == Seal::kNone))
    return judge_unsigned(arrival, id, claim, now);
  return judge_claim(arrival, id, claim, now);
}

Judgement Admission::judge_stranger(const ports::Arrival& arrival, WallTime now) {
  const telemetry::NodeSample& node = arrival.snapshot.node;
  const bool is_signed = arrival.envelope.seal == Seal::kGood;
  if (options_.require_keys && !is_signed)
    return wait(arrival, "unsigned",
                "its snapshots are not signed, and require_keys is on: its collector needs a version that signs them",
                now);
  if (const auto allowed = check_node_uri(node.uri, options_.uris); !allowed)
    return wait(arrival, "not_admitted",
                allowed.error().message +
                    "; admit it with another URI, or announce one by "
                    "ActuatorURI in its collectd.conf",
                now);
  if (!matches_pattern(node.uri)) return wait(arrival, "not_admitted", admit_by(node.name), now);
  if (options_.require_keys && !options_.trust_first_key)
    return wait(arrival, "not_admitted",
                "a pattern of 'admission' has its URI, but nobody has compared its key (or set trust_first_key); " +
                    admit_by(node.name),
                now);
  if (leads_ && begin_probe(waiting_of(arrival, ""), now))
    return wait(arrival, "not_proven", "a pattern of 'admission' lets it in once libvirt at its URI says who it is",
                now);
  return wait(
      arrival, "not_admitted",
      "a pattern of 'admission' has its URI, but libvirt there does not answer as this node; " + admit_by(node.name),
      now);
}

// Somebody without the key of an entry says that he is that node. Nothing of that touches the entry.
Judgement Admission::judge_claim(const ports::Arrival& arrival, const std::string& id, Claim claim, WallTime now) {
  const telemetry::NodeSample& node = arrival.snapshot.node;
  const record::RegisteredNode& entry = registry_.nodes.at(id);
  const bool same_name = node.name == entry.name;
  const bool same_uuid = entry.host_uuid.empty() || node.uuid == entry.host_uuid;
  const bool is_signed = arrival.envelope.seal == Seal::kGood;
  const char* kind = is_signed ? "unknown_key" : "unsigned";
  if (!is_signed && same_name && same_uuid) {
    if (entry.keys.empty())
      states_.at(id).keyless =
          "its snapshots are not signed, and require_keys is on: its collector needs a version "
          "that signs them";
    return refuse(
        kind, "a snapshot that says it is of " + in_quotes(id) + " is not signed; such ones count for nothing", now);
  }
  if (claim == Claim::kUri)
    return wait(arrival, kind, "it announces the URI of " + in_quotes(id) + "; give it an ActuatorURI of its own", now);
  if (!same_name)
    return wait(arrival, kind, in_quotes(id) + " was admitted with this host UUID: " + host_uuid_cure(node.uuid), now);
  if (!same_uuid)
    return wait(arrival, kind,
                in_quotes(id) + " was admitted with another host UUID and another key; " + rekey_cure(id), now);
  return wait(arrival, kind,
              in_quotes(id) +
                  " was admitted with another key; if its collector has a new one, compare the fingerprint, "
                  "then: hotspotctl node rekey " +
                  text::visible(id),
              now);
}

// The entry has no key: whoever says the same is believed, and two that say different things are both not.
Judgement Admission::judge_unsigned(ports::Arrival& arrival, const std::string& id, Claim claim, WallTime now) {
  const telemetry::NodeSample& node = arrival.snapshot.node;
  record::RegisteredNode entry = registry_.nodes.at(id);
  State& state = states_.at(id);
  const bool is_signed = arrival.envelope.seal == Seal::kGood;
  const bool same_uuid = entry.host_uuid.empty() || node.uuid == entry.host_uuid;
  if (claim == Claim::kUri)
    return wait(arrival, "other_identity",
                "it announces the URI of " + in_quotes(id) + "; give it an ActuatorURI of its own", now);
  if (node.name != entry.name) {
    freeze(id,
           in_quotes(id) + " and " + in_quotes(node.name) + " say the same of themselves: " + host_uuid_cure(node.uuid),
           now);
    if (const auto other = by_name_.find(node.name); other != by_name_.end())
      freeze(other->second, states_.at(id).conflict, now);
    return wait(arrival, "other_identity", states_.at(id).conflict, now);
  }
  if (!same_uuid) {
    const bool heard = state.last_seen && now - *state.last_seen < kConflictLasts;
    std::string why = heard ? "two nodes are called " + in_quotes(id) + ", with the host UUIDs " + entry.host_uuid +
                                  " and " + text::visible(node.uuid) + "; rename one, or " + rekey_cure(id)
                            : in_quotes(id) + " has come back with another host UUID (" + text::visible(node.uuid) +
                                  ", before " + entry.host_uuid + "); " + rekey_cure(id);
    freeze(id, why, now);
    return wait(arrival, "other_identity", std::move(why), now);
  }
  if (is_signed && (options_.trust_first_key || options_.require_keys)) {
    if (!options_.trust_first_key || !leads_) {
      state.keyless = "its key " + arrival.envelope.fingerprint +
                      " is not pinned; compare the fingerprint, then: " + "hotspotctl node admit " + text::visible(id);
      return wait(arrival, "key_not_pinned", state.keyless, now);
    }
    entry.keys.push_back({arrival.envelope.key, now});
    state.keyless.clear();
    put(std::move(entry));
    return judge_own(arrival, id, now);
  }
  state.keyless.clear();
  return judge_proof(arrival, id, now);
}

// Signed with the entry's key, so it is that node that says so.
Judgement Admission::judge_own(ports::Arrival& arrival, const std::string& id, WallTime now) {
  const telemetry::NodeSample& node = arrival.snapshot.node;
  const record::RegisteredNode& entry = registry_.nodes.at(id);
  if (auto replayed = judge_position(arrival, id, now); !replayed.counts()) return replayed;
  auto& newest_key_since = states_.at(id).newest_key_since;
  if (!newest_key_since && fingerprint_of(entry.keys.back().key) == arrival.envelope.fingerprint)
    newest_key_since = now;
  if (!entry.host_uuid.empty() && node.uuid != entry.host_uuid) {
    const auto other = by_uuid_.find(node.uuid);
    freeze(id,
           other != by_uuid_.end()
               ? in_quotes(id) + " says that it has the host UUID of " + in_quotes(other->second) + ": " +
                     host_uuid_cure(node.uuid)
               : in_quotes(id) + " has come back with another host UUID (" + text::visible(node.uuid) + ", before " +
                     entry.host_uuid + "); " + rekey_cure(id),
           now);
    return wait(arrival, "other_identity", states_.at(id).conflict, now);
  }
  if (node.name != entry.name) {
    freeze(id,
           in_quotes(id) + " calls itself " + in_quotes(node.name) + " now, and was admitted as " +
               in_quotes(entry.name) + "; if it was renamed: hotspotctl node forget " + text::visible(id) +
               ", then admit it anew",
           now);
    return wait(arrival, "other_identity", states_.at(id).conflict, now);
  }
  return judge_proof(arrival, id, now);
}

Judgement Admission::judge_position(const ports::Arrival& arrival, const std::string& id, WallTime now) {
  const ports::Envelope& envelope = arrival.envelope;
  if (positions_.advance(id, envelope.fingerprint, envelope.position, arrival.stream_id) != Positions::Step::kReplayed)
    return {Judgement::Kind::kCounts, "", ""};
  return refuse("replayed",
                "a snapshot of " + in_quotes(id) + " was sent again (boot " + std::to_string(envelope.position.boot) +
                    ", sequence " + std::to_string(envelope.position.sequence) + "): somebody repeats what it sent",
                now);
}

Judgement Admission::judge_proof(ports::Arrival& arrival, const std::string& id, WallTime now) {
  State& state = states_.at(id);
  telemetry::NodeSample& node = arrival.snapshot.node;
  state.last_seen = now;
  const bool unknown = registry_.nodes.at(id).host_uuid.empty() && state.identity && state.disagreement.empty();
  if (unknown) {
    // Its driver has no host UUID (test:///default): what its snapshots say is all there is.
    record::RegisteredNode entry = registry_.nodes.at(id);
    entry.host_uuid = node.uuid;
    if (!duplicate_of(entry).empty()) {
      freeze(id, in_quotes(id) + " says that it has the host UUID of another node: " + host_uuid_cure(node.uuid), now);
      return wait(arrival, "other_identity", state.conflict, now);
    }
    put(std::move(entry));
  }
  state.capacity = capacity_problem(id, node, now);
  std::string why;
  const Standing standing = standing_of(id, &why);
  if (standing == Standing::kProven) {
    waiting_.remove([&](const WaitingNode& waiting) {
      return waiting.name == node.name && waiting.host_uuid == node.uuid &&
             (waiting.fingerprint.empty() || waiting.fingerprint == arrival.envelope.fingerprint);
    });
    node.uri = registry_.nodes.at(id).uri;
    return {Judgement::Kind::kCounts, "", ""};
  }
  // It is kept, and counted as what it is by now: not proven.
  standing == Standing::kUnproven ? early_.keep(id, arrival, now) : early_.drop(id);
  const bool frozen = standing == Standing::kFrozen;
  return refuse(frozen ? "frozen" : "not_proven", in_quotes(id) + ": " + why, now);
}

}  // namespace hotspot::loop
