#include "actuator/plan/target_refusals.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "common/text/digest.h"
#include "common/text/duration.h"
#include "common/text/visible.h"
#include "telemetry/utf8.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;
using text::visible;

constexpr std::size_t kMostRefusals = 1000, kMostReasonBytes = 500;
// A reason such as a missing file rarely disappears within minutes, whatever the rule's cooldown.
constexpr Milliseconds kLeastRest{std::chrono::minutes(10)}, kPassingRest{std::chrono::minutes(1)};
constexpr Milliseconds kRemembered{std::chrono::hours(24)};
// A passing reason is a matter of minutes, however often it recurs.
constexpr Milliseconds kLongestPassing{std::chrono::minutes(15)}, kPassingRemembered{std::chrono::hours(1)};
// This many different domains within this time.
constexpr std::size_t kSeveral = 2;
constexpr Milliseconds kOfLate{std::chrono::minutes(30)};

// Only to detect changes.
std::string digest(const std::string& text) {
  std::uint64_t hash = text::fnv1a(text);
  std::string digits;
  for (int i = 0; i < 16; ++i, hash >>= 4) digits += "0123456789abcdef"[hash & 15];
  return digits;
}

std::string cut(const std::string& reason) {
  return reason.substr(0, telemetry::whole_characters(reason, kMostReasonBytes));
}

std::string ago(WallTime at, WallTime now) { return text::duration_text(std::max(now - at, Milliseconds(0))) + " ago"; }

// Only the facts about the node that the domain needs: others change often.
std::string facts_of_needs(const telemetry::DomainSample& domain, const telemetry::NodeSample& node) {
  std::string text = domain.machine + " " + std::to_string(domain.huge_pages_bytes.value_or(0)) + "\n";
  for (const telemetry::HugePagePool& one : node.huge_page_pools)
    if (one.page_bytes == domain.huge_page_bytes)
      text += std::to_string(one.pool_bytes.value_or(0)) + " " + std::to_string(one.free_bytes.value_or(0)) + "\n";
  const auto add = [&](const std::vector<std::string>& needed, const telemetry::Names& there) {
    for (const std::string& one : needed)
      text += one + (there && std::find(there->begin(), there->end(), one) != there->end() ? " there\n" : "\n");
  };
  add(domain.networks, node.networks);
  add(domain.node_interfaces, node.interfaces);
  add(domain.files, std::nullopt);
  return text;
}

}  // namespace

const char* to_string(RefusalScope scope) {
  switch (scope) {
    case RefusalScope::kTarget:
      return "target";
    case RefusalScope::kDomain:
      return "domain";
    case RefusalScope::kPassing:
      return "passing";
  }
  return "target";
}

std::optional<RefusalScope> refusal_scope_from_string(const std::string& text) {
  for (const RefusalScope scope : {RefusalScope::kTarget, RefusalScope::kDomain, RefusalScope::kPassing})
    if (text == to_string(scope)) return scope;
  return std::nullopt;
}

std::string facts_of(const model::DomainRef& domain, const model::Node& target) {
  const telemetry::NodeSample& node = target.snapshot->node;
  std::string text = node.uri + "\n" + node.hypervisor + "\n" + node.cpu_model + "\n" + std::to_string(node.cpus) +
                     "\n" + std::to_string(node.memory_bytes) + "\n" +
                     std::to_string(node.huge_pages_bytes.value_or(0)) + " " +
                     std::to_string(node.huge_pages_free_bytes.value_or(0)) + "\n";
  text += node.machine_types + "\n" + node.cpu_features.value_or("") + (node.emulated_tpm == true ? "\ntpm\n" : "\n");
  text += facts_of_needs(*domain.domain, node);
  for (const telemetry::Filesystem& one : node.filesystems)
    text += one.path + " " + one.type + " " + one.source + " " + one.root + "\n";
  for (const telemetry::BlockDevice& one : node.block_devices) text += one.id + "\n";
  for (const telemetry::DiskSource& one : domain.domain->disk_sources)
    text += one.device + " " + one.type + " " + one.source + (one.read_only ? " ro\n" : "\n");
  for (const std::string& one : domain.domain->migration_obstacles) text += one + "\n";
  for (const telemetry::DomainSample& other : target.snapshot->domains)
    if (other.name == domain.domain->name && other.uuid != domain.domain->uuid) text += "name taken\n";
  return digest(text);
}

void TargetRefusals::note(const Happened& what, const model::Cluster& cluster, WallTime now, const Rests& rests) {
  const bool any_target = what.scope == RefusalScope::kDomain;
  TargetRefusal& entry = entries_[{what.domain_uuid, any_target ? "" : what.target_uuid}];
  const bool again = !entry.domain_uuid.empty() && entry.scope == what.scope;
  entry.times = again ? entry.times + 1 : 1;
  entry.domain_uuid = what.domain_uuid;
  entry.domain_name = what.domain_name;
  entry.target_uuid = what.target_uuid;
  entry.target_name = what.target_name;
  entry.scope = what.scope;
  entry.reason = cut(what.reason);
  entry.at = now;
  const bool passes = what.scope == RefusalScope::kPassing;
  const Milliseconds most = passes ? kLongestPassing : std::max(rests.longest, kLeastRest);
  Milliseconds rest = passes ? kPassingRest : std::max(rests.base, kLeastRest);
  for (int i = 1; i < entry.times && rest < most; ++i) rest *= 2;
  entry.until = now + std::min(rest, most);
  const model::Node* target = cluster.find_node(what.target_uuid);
  const model::DomainRef domain = cluster.find_domain(what.domain_uuid);
  entry.facts = target == nullptr || !domain ? "" : facts_of(domain, *target);
  keep_bound();
}

void TargetRefusals::forget(const std::string& domain_uuid, const std::string& target_uuid) {
  entries_.erase({domain_uuid, target_uuid});
  entries_.erase({domain_uuid, ""});
}

void TargetRefusals::review(const model::Cluster& cluster, WallTime now, Milliseconds longest) {
  for (auto& [key, entry] : entries_) {
    entry.at = std::min(entry.at, now);
    entry.until = std::min(entry.until, now + std::max(longest, kLeastRest));
  }
  std::erase_if(entries_, [&](const auto& item) {
    const TargetRefusal& entry = item.second;
    const Milliseconds remembered = entry.scope == RefusalScope::kPassing ? kPassingRemembered : kRemembered;
    if (now - entry.at > remembered && now >= entry.until) return true;
    const model::Node* target = cluster.find_node(entry.target_uuid);
    const model::DomainRef domain = cluster.find_domain(entry.domain_uuid);
    // What has not been seen for a while has not changed.
    if (target == nullptr || !domain || entry.facts.empty()) return false;
    return facts_of(domain, *target) != entry.facts;
  });
}

std::optional<Refusal> TargetRefusals::refusal(const std::string& domain_uuid, const std::string& target_uuid,
                                               WallTime now, model::Wording wording) const {
  if (entries_.empty()) return std::nullopt;
  for (const std::string& target : {target_uuid, std::string()}) {
    const auto found = entries_.find({domain_uuid, target});
    if (found == entries_.end() || now >= found->second.until) continue;
    const TargetRefusal& entry = found->second;
    return model::refused(RefusalKind::kRefusedBefore, wording, [&] {
      return (target.empty() ? "a migration to " + visible(entry.target_name) + " was refused "
                             : visible(entry.target_name) + " refused " + visible(entry.domain_name) + " ") +
             ago(entry.at, now) + (entry.times > 1 ? ", the " + std::to_string(entry.times) + "th time" : "") + " (" +
             visible(entry.reason) + "); it is not tried again for " + text::duration_text(entry.until - now) +
             ", unless that changes";
    });
  }
  return std::nullopt;
}

std::optional<Refusal> TargetRefusals::comes_last(const std::string& domain_uuid, const model::Node& target,
                                                  WallTime now) const {
  const auto found = entries_.empty() ? entries_.end() : entries_.find({domain_uuid, target.uuid()});
  if (found == entries_.end()) return std::nullopt;
  return Refusal{RefusalKind::kRefusedBefore,
                 visible(target.name()) + " comes last: it refused " + visible(found->second.domain_name) + " " +
                     ago(found->second.at, now) + " (" + visible(found->second.reason) + ")"};
}

std::optional<std::string> TargetRefusals::distrust(const std::string& node_uuid, WallTime now) const {
  std::set<std::string> domains;
  const TargetRefusal* newest = nullptr;
  for (const auto& [key, entry] : entries_) {
    if (key.second != node_uuid || now - entry.at > kOfLate) continue;
    domains.insert(entry.domain_uuid);
    if (newest == nullptr || entry.at > newest->at) newest = &entry;
  }
  if (domains.size() < kSeveral) return std::nullopt;
  return "it refused " + std::to_string(domains.size()) + " domains of late, the newest " + ago(newest->at, now) +
         " (" + visible(newest->domain_name) + ": " + visible(newest->reason) + ")";
}

std::vector<TargetRefusal> TargetRefusals::all() const {
  std::vector<TargetRefusal> list;
  for (const auto& [key, entry] : entries_) list.push_back(entry);
  return list;
}

void TargetRefusals::restore(const std::vector<TargetRefusal>& all) {
  for (const TargetRefusal& one : all) {
    const std::pair key{one.domain_uuid, one.scope == RefusalScope::kDomain ? std::string() : one.target_uuid};
    const auto known = entries_.find(key);
    if (known == entries_.end() || known->second.at < one.at) entries_.insert_or_assign(key, one);
  }
  keep_bound();
}

void TargetRefusals::keep_bound() {
  while (entries_.size() > kMostRefusals)
    entries_.erase(std::min_element(entries_.begin(), entries_.end(),
                                    [](const auto& a, const auto& b) { return a.second.at < b.second.at; }));
}

}  // namespace hotspot::plan
