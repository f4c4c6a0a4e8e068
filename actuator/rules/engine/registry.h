// The nodes and subjects that the engine knows, each by a small number, so that what it keeps for them is an array.
//
// Numbers are used again once nothing speaks of them: domains come and go by the thousand.
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
  WallTime observed_at{};  // when that was looked at first
  model::Cadence cadence;  // how often its snapshots come
  // For the freshness of the evaluation that is under way.
  Milliseconds max_age{0};
  bool stale = true;
};

class Nodes {
 public:
  std::uint32_t id_of(const std::string& uuid);
  KnownNode& at(std::uint32_t id) { return all_[id]; }
  const KnownNode& at(std::uint32_t id) const { return all_[id]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }
  std::uint32_t find(const std::string& uuid) const;        // kNoId
  std::uint32_t find_by_name(std::string_view name) const;  // kNoId; of those in the cluster
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
  std::shared_ptr<const Labels> labels;  // of the row that was made for it; null: none was
  std::uint32_t whole = kNoId;           // of a vCPU, a device, …: the domain or node itself
};

class Subjects {
 public:
  // `key` as Subject::key() makes it.
  std::uint32_t id_of(SubjectKind kind, const std::string& uuid, const std::string& key);
  std::uint32_t find(const std::string& key) const;  // kNoId
  const KnownSubject& at(std::uint32_t id) const { return all_[id]; }
  void set_labels(std::uint32_t id, std::shared_ptr<const Labels> labels) { all_[id].labels = std::move(labels); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }
  std::size_t known() const { return by_key_.size(); }
  // Forgets those that are not marked.
  void keep(std::vector<bool> used);

 private:
  std::vector<KnownSubject> all_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::string, std::uint32_t> by_key_;
};

// The key of a subject of this kind with these labels; equal to Subject::key().
std::string subject_key(SubjectKind kind, const std::string& uuid, const Labels& labels);

}  // namespace hotspot::rules
