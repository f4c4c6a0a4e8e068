// Admission: carries out operators' changes of the registry.
#include <algorithm>
#include <utility>

#include "actuator/loop/admission.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

constexpr std::size_t kMostKeys = 2;  // the one in use, and the one that follows it

AdminError not_found(const std::string& what) {
  return {AdminFault::kNotFound, what + "; hotspotctl node list and node list --waiting show who there is"};
}

std::string shown(const std::string& text) { return text.empty() ? "none" : "'" + text::visible(text) + "'"; }

}  // namespace

// The one node that waits under that name, UUID or fingerprint and says what the operator saw.
const WaitingNode* Admission::seen(const AdmitRequest& request, AdminError& error) {
  seen_ = waiting_.nodes();
  std::vector<const WaitingNode*> named, same;
  for (const WaitingNode& node : seen_) {
    if (request.node != node.name && request.node != node.host_uuid && request.node != node.fingerprint) continue;
    named.push_back(&node);
    if (node.uri == request.uri && node.fingerprint == request.fingerprint) same.push_back(&node);
  }
  if (same.size() == 1) return same.front();
  if (same.size() > 1) {
    error = {AdminFault::kAmbiguous, "several nodes wait as " + shown(request.node) +
                                         " with the same URI; name the one by its host UUID or its key's fingerprint"};
  } else if (!named.empty()) {
    error = {AdminFault::kChanged, shown(request.node) + " says something else now: URI " + shown(named.front()->uri) +
                                       ", key " + shown(named.front()->fingerprint) + "; look again"};
  } else {
    error = not_found("no node " + shown(request.node) + " waits to be admitted");
  }
  return nullptr;
}

AdminResult Admission::admit(const AdmitRequest& request, WallTime now) {
  AdminError error;
  const WaitingNode* found = seen(request, error);
  if (found == nullptr) return error;
  const WaitingNode node = *found;
  if (node.fingerprint.empty() && options_.require_keys)
    return AdminError{AdminFault::kNotAllowed,
                      shown(node.name) + " does not sign its snapshots, and require_keys is on"};
  const auto known = registry_.nodes.find(node.name);
  if (known != registry_.nodes.end()) {
    record::RegisteredNode entry = known->second;
    const bool same = entry.host_uuid.empty() || entry.host_uuid == node.host_uuid;
    if (!same || !entry.keys.empty() || node.key.empty())
      return AdminError{AdminFault::kConflict, shown(node.name) + " was admitted before; " + node.why};
    entry.keys.push_back({node.key, now});
    if (const std::string twice = duplicate_of(entry); !twice.empty()) return AdminError{AdminFault::kConflict, twice};
    states_.at(entry.id).keyless.clear();
    put(entry);
    waiting_.remove([&](const WaitingNode& one) { return one.fingerprint == node.fingerprint; });
    return entry;
  }
  return add({.name = node.name, .uri = node.uri, .key = node.key, .uuid = node.host_uuid}, request.by, now);
}

AdminResult Admission::add(const ListedNode& node, const std::string& by, WallTime now) {
  if (const auto allowed = check_node_uri(node.uri, options_.uris); !allowed)
    return AdminError{AdminFault::kNotAllowed, allowed.error().message};
  if (node.name.empty() || text::visible(node.name) != node.name || node.name.starts_with(":"))
    return AdminError{AdminFault::kNotAllowed, shown(node.name) + " is no name of a node"};
  if (!node.key.empty() && fingerprint_of(node.key).empty())
    return AdminError{AdminFault::kNotAllowed,
                      shown(node.key) + " is neither a key in base64 nor a fingerprint SHA256:…"};
  if (registry_.nodes.contains(node.name))
    return AdminError{AdminFault::kConflict, shown(node.name) + " was admitted before; forget it first"};
  if (registry_.nodes.size() >= record::kMostRegisteredNodes)
    return AdminError{AdminFault::kNotAllowed, "a cluster has at most 10000 nodes"};
  record::RegisteredNode entry{.id = node.name,
                               .host_uuid = node.uuid,
                               .name = node.name,
                               .uri = node.uri,
                               .keys = {},
                               .admitted_at = now,
                               .admitted_by = by};
  if (!node.key.empty()) entry.keys.push_back({node.key, now});
  if (const std::string twice = duplicate_of(entry); !twice.empty()) return AdminError{AdminFault::kConflict, twice};
  put(entry);
  waiting_.remove([&](const WaitingNode& one) {
    return one.name == node.name && one.host_uuid == node.uuid && one.uri == node.uri;
  });
  return entry;
}

AdminResult Admission::forget(const std::string& id) {
  const auto found = registry_.nodes.find(id);
  if (found == registry_.nodes.end()) return not_found("no node " + shown(id) + " was admitted");
  const bool listed = std::any_of(options_.nodes.begin(), options_.nodes.end(),
                                  [&](const ListedNode& node) { return node.name == id; });
  if (listed)
    return AdminError{AdminFault::kConflict,
                      shown(id) +
                          " stands in 'admission' of hotspotd.yaml: take it out there, restart hotspotd, then "
                          "forget it"};
  record::RegisteredNode entry = found->second;
  registry_.nodes.erase(found);
  index();
  return entry;
}

AdminResult Admission::rekey(const std::string& id, const std::string& fingerprint, WallTime now) {
  const auto found = registry_.nodes.find(id);
  if (found == registry_.nodes.end()) return not_found("no node " + shown(id) + " was admitted");
  if (!fingerprint.empty() && fingerprint_of(fingerprint).empty())
    return AdminError{AdminFault::kNotAllowed,
                      shown(fingerprint) + " is neither a key in base64 nor a fingerprint SHA256:…"};
  record::RegisteredNode entry = found->second;
  const std::string wanted = fingerprint_of(fingerprint);
  const auto all = waiting_.nodes();
  const auto is_meant = [&](const WaitingNode& one) { return one.name == entry.name && one.fingerprint == wanted; };
  const auto node = std::find_if(all.begin(), all.end(), is_meant);
  if (std::count_if(node, all.end(), is_meant) > 1)
    return AdminError{AdminFault::kAmbiguous, "several nodes wait as " + shown(id) +
                                                  " and do not sign; let the right one sign, and give its "
                                                  "fingerprint"};
  if (node == all.end() && wanted.empty())
    return not_found("nobody waits who calls himself " + shown(id) + " and has no key");
  const bool is_known = std::any_of(entry.keys.begin(), entry.keys.end(),
                                    [&](const record::NodeKey& key) { return fingerprint_of(key.key) == wanted; });
  const bool another_host = node != all.end() && !entry.host_uuid.empty() && node->host_uuid != entry.host_uuid;
  if (another_host) {
    entry.host_uuid = node->host_uuid;
    entry.keys.clear();  // of the host that is gone
  }
  if (!wanted.empty() && (another_host || !is_known))
    entry.keys.push_back({node == all.end() ? fingerprint : node->key, now});
  if (entry.keys.size() > kMostKeys) entry.keys.erase(entry.keys.begin(), entry.keys.end() - kMostKeys);
  if (const std::string twice = duplicate_of(entry); !twice.empty()) return AdminError{AdminFault::kConflict, twice};
  State& state = states_.at(id);
  state.conflict.clear();
  state.keyless.clear();
  state.newest_key_since.reset();
  if (another_host) state.identity.reset();
  put(entry);
  waiting_.remove([&](const WaitingNode& one) { return one.name == entry.name && one.fingerprint == wanted; });
  return entry;
}

}  // namespace hotspot::loop
