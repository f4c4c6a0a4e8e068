#include "actuator/plan/board/compatibility.h"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>

#include "actuator/model/projection.h"
#include "actuator/plan/storage.h"
#include "actuator/plan/target_needs.h"
#include "telemetry/storage_places.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using telemetry::DiskSource;
using telemetry::DomainSample;
using telemetry::Filesystem;
using telemetry::NodeSample;

constexpr char kNext = '\n', kPart = '\t';

// What some domain asks for: nothing else that a node has matters.
struct Asked {
  std::set<std::string> networks, interfaces, machines, devices;
  std::set<std::string> mounts;  // where file systems of any node are mounted
  bool copies = false;           // some disks may be copied: sizes matter
};

bool may_be_copied(const DomainRef& of, const MigrationSettings& settings) {
  const telemetry::Policy& policy = of.domain->policy;
  if (settings.storage == LocalStorage::kRefuse || settings.tunnelled) return false;
  if (policy.storage ? *policy.storage != "copy" : settings.storage == LocalStorage::kByPolicy) return false;
  const auto& disks = of.domain->disk_sources;
  return std::any_of(disks.begin(), disks.end(), [](const DiskSource& disk) {
    return !disk.read_only && disk.type == "file" && !disk.source.empty();
  });
}

Asked asked_by(const std::vector<const Node*>& nodes, const std::vector<DomainRef>& domains,
               const MigrationSettings& settings) {
  Asked asked;
  for (const DomainRef& one : domains) {
    asked.networks.insert(one.domain->networks.begin(), one.domain->networks.end());
    asked.interfaces.insert(one.domain->node_interfaces.begin(), one.domain->node_interfaces.end());
    asked.machines.insert(one.domain->machine);
    for (const DiskSource& disk : one.domain->disk_sources) asked.devices.insert(disk.id);
    asked.copies = asked.copies || may_be_copied(one, settings);
  }
  for (const Node* one : nodes)
    for (const Filesystem& filesystem : one->snapshot->node.filesystems) asked.mounts.insert(filesystem.path);
  return asked;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

// Files of one folder are in one place, unless something is mounted on a file.
std::string place_key(const DiskSource& disk, const NodeSample& here, const Asked& asked) {
  const bool mounted = asked.mounts.contains(disk.real_path) || asked.mounts.contains(disk.source);
  std::string key =
      mounted ? disk.real_path + kPart + disk.source : folder_of(disk.real_path) + kPart + folder_of(disk.source);
  const Filesystem* mine = telemetry::filesystem_of(here.filesystems, disk.real_path);
  if (here.filesystems.empty()) return key + kPart + "unknown";
  if (mine == nullptr || !is_network_filesystem(mine->type)) return key + kPart + "local";
  return key + kPart + mine->source + kPart + mine->root + kPart + mine->path;
}

std::string domain_key(const DomainRef& of, const Asked& asked, const MigrationSettings& settings) {
  const DomainSample& domain = *of.domain;
  const NodeSample& here = of.node->snapshot->node;
  std::string key = here.hypervisor + kNext + here.arch + kNext + domain.machine + kNext;
  if (domain.emulated_tpm) key += "tpm";
  // Of these incompatibility() says nothing else.
  if (!domain.migration_obstacles.empty()) key += "obstacles";
  if (!domain.emulated && !domain.cpu_mode.empty()) {
    const bool as_it_is = domain.cpu_mode == "host-passthrough";
    key +=
        kNext + domain.cpu_mode + kPart + (as_it_is && domain.cpu_vendor.empty() ? here.cpu_vendor : domain.cpu_vendor);
    if (as_it_is) key += kPart + here.cpu_model + kPart + here.cpu_features.value_or("?");
  }
  for (const std::string& one : domain.networks) key += kNext + ("n" + one);
  for (const std::string& one : domain.node_interfaces) key += kNext + ("i" + one);
  for (const DiskSource& disk : domain.disk_sources) {
    key += kNext + disk.type + kPart + (disk.read_only ? "r" : "w") + kPart;
    if (disk.source.empty()) continue;
    if (disk.type == "file")
      key += place_key(disk, here, asked);
    else if (disk.type == "block")
      key += disk.id + kPart + disk.source;
  }
  if (may_be_copied(of, settings)) key += kNext + domain.uuid;
  return key + kNext + domain.policy.storage.value_or("");
}

void add_wanted(std::string& key, const telemetry::Names& has, const std::set<std::string>& asked) {
  key += kNext;
  if (!has) key += '?';
  if (!has) return;
  const std::set<std::string> names(has->begin(), has->end());
  for (const std::string& one : asked) key += names.contains(one) ? '1' : '0';
}

std::string node_key(const Node& of, const Asked& asked) {
  const NodeSample& node = of.snapshot->node;
  std::string key = node.hypervisor + kNext + node.arch + kNext + (node.uri.empty() ? "no uri" : "") + kNext +
                    node.cpu_vendor + kNext + node.cpu_model + kNext + node.cpu_features.value_or("?") + kNext +
                    node.machine_types + kNext + (node.emulated_tpm ? *node.emulated_tpm ? "1" : "0" : "?");
  add_wanted(key, node.networks, asked.networks);
  add_wanted(key, node.interfaces, asked.interfaces);
  for (const Filesystem& one : node.filesystems) {
    key += kNext + one.path + kPart;
    if (is_network_filesystem(one.type)) key += one.type + kPart + one.source + kPart + one.root;
  }
  for (const telemetry::BlockDevice& one : node.block_devices)
    if (asked.devices.contains(one.id)) key += kNext + one.device + kPart + one.id;
  return asked.copies ? key + kNext + node.uuid : key;
}

class Classes {
 public:
  ClassIndex index(const std::string& key) {
    return known_.try_emplace(key, static_cast<ClassIndex>(known_.size())).first->second;
  }

 private:
  std::unordered_map<std::string, ClassIndex> known_;
};

std::optional<model::RefusalKind> verdict(const DomainRef& domain, const Node& target,
                                          const MigrationSettings& settings) {
  constexpr auto kTerse = model::Wording::kKindAlone;
  // Obstacles are the domain's own, whatever the node.
  if (auto refusal = model::incompatibility(domain, target, kTerse);
      refusal && refusal->kind != model::RefusalKind::kNotMigratable)
    return refusal->kind;
  if (auto refusal = facts_refusal(domain, target, kTerse)) return refusal->kind;
  if (const auto storage = plan_storage(domain, target, settings, kTerse); !storage) return storage.error().kind;
  return std::nullopt;
}

// One or two of a class, on different nodes if it has such: one of them is not where the other side is.
using Movers = std::vector<std::vector<DomainRef>>;
using Places = std::vector<std::vector<const Node*>>;

void compare(const Movers& movers, const Places& places, const MigrationSettings& settings, Compatibility& made) {
  made.domain_classes = static_cast<ClassIndex>(movers.size());
  made.node_classes = static_cast<ClassIndex>(places.size());
  for (const auto& domains : movers)
    for (const auto& nodes : places) {
      // Where all of the class are on the only node of the other class, there is nothing to ask.
      std::optional<model::RefusalKind> found;
      bool asked = false;
      for (const DomainRef& domain : domains)
        for (const Node* target : nodes)
          if (!asked && domain.node != target) {
            asked = true;
            found = verdict(domain, *target, settings);
          }
      made.verdicts.push_back(found);
    }
}

}  // namespace

Compatibility compatibility_of(const std::vector<const Node*>& nodes, const std::vector<DomainRef>& domains,
                               const MigrationSettings& settings) {
  Compatibility made;
  const Asked asked = asked_by(nodes, domains, settings);
  Classes domain_classes, node_classes;
  Movers movers;
  Places places;
  for (const Node* one : nodes) {
    const ClassIndex index = node_classes.index(node_key(*one, asked));
    made.node_class.push_back(index);
    if (index == places.size()) places.emplace_back();
    if (places[index].size() < 2) places[index].push_back(one);
  }
  for (const DomainRef& one : domains) {
    const ClassIndex index = domain_classes.index(domain_key(one, asked, settings));
    made.domain_class.push_back(index);
    if (index == movers.size()) movers.emplace_back();
    auto& examples = movers[index];
    if (examples.empty() || (examples.size() < 2 && examples.front().node != one.node)) examples.push_back(one);
  }
  compare(movers, places, settings, made);
  return made;
}

}  // namespace hotspot::plan
