// Assigns a small number to each node and subject that the engine knows, so that their data can be kept in arrays.
//
// Numbers are reused once nothing refers to them: domains come and go by the thousand.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "actuator/model/cluster.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/store/table.h"

namespace hotspot::rules {

struct KnownNode {
  std::string uuid, name;
  bool in_cluster = false;
  WallTime taken_at{};     // of its newest snapshot
  WallTime observed_at{};  // when that was first observed
  model::Cadence cadence;  // how often its snapshots come
  // For the freshness in the current evaluation.
  Milliseconds max_age{0};
  bool stale = true;
};

class Nodes {
 public:
  std::uint32_t id_of(const std::string& uuid);
  KnownNode& at(std::uint32_t id) { return all_[id]; }
  const KnownNode& at(std::uint32_t id) const { return all_[id]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }
  std::uint32_t find(const std::string& uuid) const;        // kNoId if unknown
  std::uint32_t find_by_name(std::string_view name) const;  // kNoId if unknown; searches nodes in the cluster only
  void set_name(std::uint32_t id, const std::string& name);
  void forget(std::uint32_t id);

 private:
  std::vector<KnownNode> all_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::string, std::uint32_t> by_uuid_;
  std::map<std::string, std::uint32_t, std::less<>> by_name_;
};

struct KnownSubject {
  SubjectKind kind = SubjectKind::kCluster;
  std::string uuid;  // of the domain or the node
  std::string key;
  std::shared_ptr<const Labels> labels;  // of its row; null: there is none
  std::uint32_t whole = kNoId;           // for a vCPU, a device, …: the domain or node itself
};

class Subjects {
 public:
  // `key` is from Subject::key().
  std::uint32_t id_of(SubjectKind kind, const std::string& uuid, const std::string& key);
  std::uint32_t find(const std::string& key) const;  // kNoId if unknown
  const KnownSubject& at(std::uint32_t id) const { return all_[id]; }
  void set_labels(std::uint32_t id, std::shared_ptr<const Labels> labels) { all_[id].labels = std::move(labels); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }
  std::size_t known() const { return by_key_.size(); }
  // Forgets the subjects that are not marked.
  void keep(std::vector<bool> used);

 private:
  std::vector<KnownSubject> all_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::string, std::uint32_t> by_key_;
};

// The key of a subject of this kind with these labels; equals Subject::key().
std::string subject_key(SubjectKind kind, const std::string& uuid, const Labels& labels);

}  // namespace hotspot::rules
