#include "actuator/loop/admission.h"

#include <algorithm>
#include <utility>

#include "common/crypto/fingerprint.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

constexpr const char* kByConfiguration = "hotspotd.yaml";  // RegisteredNode::admitted_by

std::optional<std::string> id_in(const std::map<std::string, std::string>& index, const std::string& key) {
  const auto found = index.find(key);
  if (key.empty() || found == index.end()) return std::nullopt;
  return found->second;
}

// One libvirt, and one host: what it said of itself before still holds. A host UUID may become known.
bool is_reached_as(const record::RegisteredNode& before, const record::RegisteredNode& now) {
  return before.uri == now.uri && before.name == now.name &&
         (before.host_uuid.empty() || before.host_uuid == now.host_uuid);
}

// The same entry, of which a host UUID that was learnt here is not written yet, as before the first lead.
bool lacks_what_was_learnt(const record::RegisteredNode& before, const record::RegisteredNode& now) {
  const bool same = before.admitted_at == now.admitted_at ||
                    (before.admitted_by == now.admitted_by && now.admitted_by == kByConfiguration);
  return same && before.uri == now.uri && before.name == now.name && !before.host_uuid.empty() && now.host_uuid.empty();
}

using Index = std::map<std::string, std::string>;
struct Indexes {
  const Index &by_uuid, &by_name, &by_uri, &by_fingerprint;
};

// Another entry that says the same of itself, and what.
struct Twin {
  std::string id, what;
};

std::optional<Twin> twin_of(const record::RegisteredNode& node, const Indexes& indexes) {
  const auto other = [&](const Index& index, const std::string& key) {
    const auto id = id_in(index, key);
    return id && *id != node.id ? *id : std::string();
  };
  if (const auto id = other(indexes.by_uuid, node.host_uuid); !id.empty())
    return Twin{id, "the host UUID " + text::visible(node.host_uuid) +
                        "; set host_uuid in libvirtd.conf of one of the two hosts, or"};
  if (const auto id = other(indexes.by_name, node.name); !id.empty())
    return Twin{id, "the name '" + text::visible(node.name) + "';"};
  if (const auto id = other(indexes.by_uri, uri_identity(node.uri)); !id.empty())
    return Twin{id, "the URI " + text::visible(node.uri) + ";"};
  for (const record::NodeKey& key : node.keys) {
    if (const auto id = other(indexes.by_fingerprint, fingerprint_of(key.key)); !id.empty())
      return Twin{id, "the key " + fingerprint_of(key.key) + ";"};
  }
  return std::nullopt;
}

std::string both_say(const std::string& id, const Twin& twin) {
  return "'" + text::visible(id) + "' and '" + text::visible(twin.id) + "' are both admitted with " + twin.what +
         " forget the wrong one (hotspotctl node forget)";
}

}  // namespace

const char* to_string(Standing standing) {
  switch (standing) {
    case Standing::kProven:
      return "proven";
    case Standing::kUnproven:
      return "unproven";
    case Standing::kKeyless:
      return "keyless";
    case Standing::kFrozen:
      return "frozen";
  }
  return "unknown";
}

std::string fingerprint_of(const std::string& key) { return crypto::fingerprint_of(key); }

Admission::Admission(std::string cluster, AdmissionOptions options)
    : cluster_(std::move(cluster)), options_(std::move(options)) {
  adopt({}, WallTime{});
}

void Admission::adopt(record::Registry registry, WallTime now) {
  const record::Registry before = std::exchange(registry_, std::move(registry));
  add_listed(now);
  std::set<std::string> host_uuids;
  for (const auto& [id, node] : registry_.nodes) host_uuids.insert(node.host_uuid);
  for (auto& [id, node] : registry_.nodes) {
    const auto known = before.nodes.find(id);
    if (known != before.nodes.end() && lacks_what_was_learnt(known->second, node) &&
        host_uuids.insert(known->second.host_uuid).second)
      node.host_uuid = known->second.host_uuid;
    if (known == before.nodes.end() || is_reached_as(known->second, node)) continue;
    states_[id] = {};  // what another libvirt has proven proves nothing of this one
  }
  index();
}

// An entry that is there holds, except that the configuration says by which URI a node is reached.
void Admission::add_listed(WallTime now) {
  for (const ListedNode& listed : options_.nodes) {
    record::RegisteredNode& node = registry_.nodes[listed.name];
    if (node.id.empty()) {
      node = {.id = listed.name,
              .host_uuid = listed.uuid,
              .name = listed.name,
              .uri = listed.uri,
              .keys = {},
              .admitted_at = now,
              .admitted_by = kByConfiguration};
    }
    node.uri = listed.uri;
    if (node.host_uuid.empty()) node.host_uuid = listed.uuid;
    if (node.keys.empty() && !listed.key.empty()) node.keys.push_back({listed.key, now});
  }
}

void Admission::index_one(const record::RegisteredNode& node) {
  State& state = states_[node.id];
  const auto allowed = check_node_uri(node.uri, options_.uris);
  state.not_allowed = allowed ? "" : allowed.error().message;
  if (!node.keys.empty()) state.keyless.clear();
  if (!node.host_uuid.empty()) by_uuid_.try_emplace(node.host_uuid, node.id);
  by_name_.try_emplace(node.name, node.id);
  by_uri_.try_emplace(uri_identity(node.uri), node.id);
  for (const record::NodeKey& key : node.keys) by_fingerprint_.try_emplace(fingerprint_of(key.key), node.id);
}

void Admission::index() {
  ++changes_;
  ++times_indexed_;
  by_uuid_.clear();
  by_name_.clear();
  by_uri_.clear();
  by_fingerprint_.clear();
  for (const auto& [id, node] : registry_.nodes) index_one(node);
  // An index holds the first of two that say the same: both are meant.
  for (const auto& [id, node] : registry_.nodes) {
    const auto twin = twin_of(node, {by_uuid_, by_name_, by_uri_, by_fingerprint_});
    if (!twin) continue;
    for (const std::string& one : {id, twin->id})
      if (states_[one].not_allowed.empty()) states_[one].not_allowed = both_say(id, *twin);
  }
  std::erase_if(states_, [this](const auto& state) { return !registry_.nodes.contains(state.first); });
  positions_.forget_unless([this](const std::string& id, const std::string& fingerprint) {
    return id_in(by_fingerprint_, fingerprint) == id;
  });
  for (auto& [id, state] : states_) {
    if (state.identity) compare(id);
  }
}

void Admission::take_out(const record::RegisteredNode& node) {
  by_uuid_.erase(node.host_uuid);
  by_name_.erase(node.name);
  by_uri_.erase(uri_identity(node.uri));
  for (const record::NodeKey& key : node.keys) by_fingerprint_.erase(fingerprint_of(key.key));
}

// Thousands may change one after the other, as after a start: the others are looked at only where one entry says what
// another one says, or takes back what it signed with.
void Admission::put(record::RegisteredNode node) {
  const std::string id = node.id;
  const auto known = registry_.nodes.find(id);
  const bool is_new = known == registry_.nodes.end();
  const bool said_the_same = !is_new && !states_.at(id).not_allowed.empty();
  const bool says_the_same = twin_of(node, {by_uuid_, by_name_, by_uri_, by_fingerprint_}).has_value();
  const bool keeps_keys = is_new || std::all_of(known->second.keys.begin(), known->second.keys.end(), [&](auto& key) {
                            return std::find(node.keys.begin(), node.keys.end(), key) != node.keys.end();
                          });
  if (said_the_same || says_the_same || !keeps_keys) {
    registry_.nodes[id] = std::move(node);
    return index();
  }
  ++changes_;
  if (!is_new) take_out(known->second);
  const record::RegisteredNode& entry = registry_.nodes[id] = std::move(node);
  index_one(entry);
  if (states_.at(id).identity) compare(id);
}

std::string Admission::duplicate_of(const record::RegisteredNode& node) const {
  const auto twin = twin_of(node, {by_uuid_, by_name_, by_uri_, by_fingerprint_});
  return twin ? both_say(node.id, *twin) : std::string();
}

Standing Admission::standing_of(const std::string& id, std::string* why) const {
  const State& state = states_.at(id);
  const auto say = [&](Standing standing, const std::string& sentence) {
    if (why != nullptr) *why = sentence;
    return standing;
  };
  for (const std::string* trouble : {&state.not_allowed, &state.conflict, &state.disagreement, &state.capacity})
    if (!trouble->empty()) return say(Standing::kFrozen, *trouble);
  if (!state.keyless.empty()) return say(Standing::kKeyless, state.keyless);
  if (!state.identity)
    return say(Standing::kUnproven, state.problem.empty() ? "libvirt at its URI has not answered yet" : state.problem);
  return say(Standing::kProven, "");
}

std::vector<ports::NodeAddress> Admission::addresses() const {
  std::vector<ports::NodeAddress> all;
  for (const auto& [id, node] : registry_.nodes) {
    if (states_.at(id).not_allowed.empty()) all.push_back({node.host_uuid, node.name, node.uri});
  }
  for (const auto& [uuid, probe] : probes_) all.push_back({uuid, probe.node.name, probe.node.uri});
  return all;
}

const record::RegisteredNode* Admission::find(const std::string& host_uuid) const {
  const auto id = id_in(by_uuid_, host_uuid);
  return id ? &registry_.nodes.at(*id) : nullptr;
}

const record::RegisteredNode* Admission::find_by_uri(const std::string& uri) const {
  const auto id = id_in(by_uri_, uri_identity(uri));
  return id ? &registry_.nodes.at(*id) : nullptr;
}

std::set<std::string> Admission::take_doubts() { return std::exchange(doubts_, {}); }

std::vector<AdmittedNode> Admission::admitted() const {
  std::vector<AdmittedNode> all;
  for (const auto& [id, node] : registry_.nodes) {
    const State& state = states_.at(id);
    AdmittedNode one{.entry = node,
                     .standing = Standing::kUnproven,
                     .why = "",
                     .proof = state.identity,
                     .fingerprints = {},
                     .last_seen = state.last_seen};
    one.standing = standing_of(id, &one.why);
    for (const record::NodeKey& key : node.keys) one.fingerprints.push_back(fingerprint_of(key.key));
    all.push_back(std::move(one));
  }
  return all;
}

std::set<std::string> Admission::frozen() const {
  std::set<std::string> uuids;
  for (const auto& [id, node] : registry_.nodes) {
    const Standing standing = standing_of(id, nullptr);
    if (standing == Standing::kFrozen || standing == Standing::kKeyless) uuids.insert(node.host_uuid);
  }
  return uuids;
}

}  // namespace hotspot::loop
