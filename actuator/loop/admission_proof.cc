// Admission: processes the identities that libvirt reports, and what expires.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "actuator/loop/admission.h"
#include "actuator/model/text.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

// Memory that the kernel or a crash kernel keeps, and what a container shows of it.
constexpr double kMemoryTolerance = 0.05;
// A node that grew is asked anew who it is; not more often than this.
constexpr Milliseconds kDoubtEvery{std::chrono::minutes(1)};
constexpr Milliseconds kProbeLasts{std::chrono::minutes(1)};
constexpr Milliseconds kProbeAgain{std::chrono::minutes(10)};
constexpr std::size_t kMostProbes = 64;
constexpr std::size_t kMostFailedProbes = 1000;
// A new key was in use for so long: the one before holds no more.
constexpr Milliseconds kKeyOverlap{std::chrono::minutes(10)};

bool has_identity(const std::string& uri) { return !uri.starts_with("test:"); }

std::string what_it_is(const ports::NodeIdentity& identity) {
  return "'" + text::visible(identity.hostname) + "' with the host UUID " + text::visible(identity.host_uuid);
}

}  // namespace

// What a snapshot claims beyond what its libvirt said; empty: nothing.
std::string Admission::capacity_problem(const std::string& id, const telemetry::NodeSample& node, WallTime now) {
  State& state = states_.at(id);
  if (!state.identity || !has_identity(registry_.nodes.at(id).uri)) return "";
  const auto claimed = static_cast<double>(node.memory_bytes);
  const auto real = static_cast<double>(state.identity->memory_bytes);
  if (node.cpus == state.identity->cpus && std::abs(claimed - real) <= kMemoryTolerance * real) return "";
  if (now - state.doubted_at >= kDoubtEvery) {
    state.doubted_at = now;
    doubts_.insert(registry_.nodes.at(id).host_uuid);
  }
  return "its snapshots say " + std::to_string(node.cpus) + " CPUs and " + model::bytes_text(node.memory_bytes) +
         ", its libvirt says " + std::to_string(state.identity->cpus) + " CPUs and " +
         model::bytes_text(state.identity->memory_bytes) + "; libvirt is asked again every minute";
}

void Admission::hear(const ports::NodeProof& proof, WallTime now) {
  const auto found = by_uri_.find(uri_identity(proof.uri));
  if (found == by_uri_.end()) return hear_of_probe(proof, now);
  const std::string id = found->second;
  State& state = states_.at(id);
  state.problem = text::visible(proof.problem);
  if (!proof.identity) return;  // what it proved before still holds: a broken connection makes nobody another
  state.identity = proof.identity;
  learn(id);
}

// Of an entry that has no host UUID yet, what its libvirt says becomes its own, if no other entry has it.
void Admission::learn(const std::string& id) {
  record::RegisteredNode entry = registry_.nodes.at(id);
  const ports::NodeIdentity& identity = *states_.at(id).identity;
  if (entry.host_uuid.empty() && !identity.host_uuid.empty() && identity.hostname == entry.name) {
    entry.host_uuid = identity.host_uuid;
    if (duplicate_of(entry).empty()) put(std::move(entry));
  }
  compare(id);
}

void Admission::compare(const std::string& id) {
  const record::RegisteredNode& entry = registry_.nodes.at(id);
  State& state = states_.at(id);
  state.disagreement.clear();
  state.capacity.clear();
  if (!has_identity(entry.uri)) return;
  if (state.identity->host_uuid.empty()) {
    state.disagreement = "libvirt at " + text::visible(entry.uri) +
                         " says no UUID of its host, so nobody can tell which node it is: set host_uuid in "
                         "libvirtd.conf there and restart its libvirtd";
    return;
  }
  if (!entry.host_uuid.empty() && state.identity->host_uuid != entry.host_uuid)
    state.disagreement = "libvirt at " + text::visible(entry.uri) + " is " + what_it_is(*state.identity) +
                         ", and it was admitted with the host UUID " + text::visible(entry.host_uuid) +
                         "; if it was installed anew: hotspotctl node rekey " + text::visible(id) +
                         "; if two hosts have one UUID: host_uuid in libvirtd.conf";
  else if (state.identity->hostname != entry.name)
    state.disagreement = "libvirt at " + text::visible(entry.uri) + " is " + what_it_is(*state.identity) +
                         ", and it was admitted as '" + text::visible(entry.name) +
                         "'; the name must be what `virsh hostname` says there";
  else if (entry.host_uuid.empty())
    state.disagreement = "libvirt at " + text::visible(entry.uri) + " is " + what_it_is(*state.identity) +
                         ", and another node was admitted with this host UUID: set host_uuid in libvirtd.conf of one "
                         "of the two hosts and restart its libvirtd";
}

bool Admission::matches_pattern(const std::string& uri) const {
  return std::any_of(options_.patterns.begin(), options_.patterns.end(),
                     [&](const std::string& pattern) { return matches_uri_pattern(pattern, uri); });
}

bool Admission::begin_probe(const WaitingNode& node, WallTime now) {
  const auto known = probes_.find(node.host_uuid);
  if (known != probes_.end())
    return known->second.node.uri == node.uri && known->second.node.name == node.name &&
           known->second.node.fingerprint == node.fingerprint;
  const auto failed = failed_probes_.find(node.host_uuid + ' ' + node.uri);
  if (failed != failed_probes_.end() && now - failed->second < kProbeAgain) return false;
  const bool uri_in_use = std::any_of(probes_.begin(), probes_.end(), [&](const auto& probe) {
    return uri_identity(probe.second.node.uri) == uri_identity(node.uri);
  });
  if (uri_in_use || probes_.size() >= kMostProbes || registry_.nodes.size() >= record::kMostRegisteredNodes)
    return false;
  probes_[node.host_uuid] = {node, now};
  ++changes_;
  return true;
}

void Admission::hear_of_probe(const ports::NodeProof& proof, WallTime now) {
  const auto found = std::find_if(probes_.begin(), probes_.end(), [&](const auto& probe) {
    return uri_identity(probe.second.node.uri) == uri_identity(proof.uri);
  });
  if (found == probes_.end() || !proof.identity) return;
  const WaitingNode node = found->second.node;
  probes_.erase(found);
  ++changes_;
  const bool agrees = proof.identity->host_uuid == node.host_uuid && proof.identity->hostname == node.name;
  record::RegisteredNode entry{.id = node.name,
                               .host_uuid = node.host_uuid,
                               .name = node.name,
                               .uri = node.uri,
                               .keys = {},
                               .admitted_at = now,
                               .admitted_by = "hotspotd.yaml"};
  if (options_.trust_first_key && !node.key.empty()) entry.keys.push_back({node.key, now});
  if (!agrees || !leads_ || registry_.nodes.contains(entry.id) || !duplicate_of(entry).empty()) {
    if (failed_probes_.size() < kMostFailedProbes) failed_probes_[node.host_uuid + ' ' + node.uri] = now;
    return;
  }
  waiting_.remove([&](const WaitingNode& waiting) { return waiting.host_uuid == node.host_uuid; });
  put(std::move(entry));
  states_.at(node.name).identity = proof.identity;
}

void Admission::advance(WallTime now) {
  for (auto& [id, state] : states_) {
    if (!state.conflict.empty() && now >= state.conflict_until) state.conflict.clear();
  }
  for (const std::string& id : ids_without_host_uuid()) learn(id);  // the other one may have been forgotten
  waiting_.forget_silent(now);
  early_.forget_old(now);
  for (auto probe = probes_.begin(); probe != probes_.end();) {
    if (now - probe->second.since < kProbeLasts) {
      ++probe;
      continue;
    }
    if (failed_probes_.size() < kMostFailedProbes) failed_probes_[probe->first + ' ' + probe->second.node.uri] = now;
    probe = probes_.erase(probe);
    ++changes_;
  }
  std::erase_if(failed_probes_, [&](const auto& failed) { return now - failed.second >= kProbeAgain; });
  if (leads_) retire_keys(now);
}

std::vector<std::string> Admission::ids_without_host_uuid() const {
  std::vector<std::string> ids;
  for (const auto& [id, node] : registry_.nodes)
    if (node.host_uuid.empty() && states_.at(id).identity) ids.push_back(id);
  return ids;
}

void Admission::retire_keys(WallTime now) {
  std::vector<record::RegisteredNode> changed;
  for (const auto& [id, node] : registry_.nodes) {
    if (node.keys.size() < 2) continue;
    const auto used = states_.at(id).newest_key_since;
    if (!used || now - *used < kKeyOverlap) continue;
    changed.push_back(node);
    changed.back().keys.erase(changed.back().keys.begin(), changed.back().keys.end() - 1);
  }
  for (record::RegisteredNode& node : changed) registry_.nodes[node.id] = std::move(node);
  if (!changed.empty()) index();
}

}  // namespace hotspot::loop
