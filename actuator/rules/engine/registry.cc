#include "actuator/rules/engine/registry.h"

namespace hotspot::rules {
namespace {

template <typename T>
std::uint32_t place(std::vector<T>& all, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    all.emplace_back();
    return static_cast<std::uint32_t>(all.size() - 1);
  }
  const std::uint32_t id = free.back();
  free.pop_back();
  return id;
}

}  // namespace

std::uint32_t Nodes::id_of(const std::string& uuid) {
  const auto [known, is_new] = by_uuid_.try_emplace(uuid, 0);
  if (!is_new) return known->second;
  const std::uint32_t id = place(all_, free_);
  all_[id] = KnownNode{};
  all_[id].uuid = uuid;
  return known->second = id;
}

std::uint32_t Nodes::find(const std::string& uuid) const {
  const auto known = by_uuid_.find(uuid);
  return known == by_uuid_.end() ? kNoId : known->second;
}

std::uint32_t Nodes::find_by_name(std::string_view name) const {
  const auto known = by_name_.find(name);
  return known == by_name_.end() ? kNoId : known->second;
}

void Nodes::set_name(std::uint32_t id, const std::string& name) {
  KnownNode& node = all_[id];
  const auto known = by_name_.find(node.name);
  if (node.name != name && known != by_name_.end() && known->second == id) by_name_.erase(known);
  node.name = name;
  by_name_.try_emplace(name, id);
}

void Nodes::forget(std::uint32_t id) {
  KnownNode& node = all_[id];
  by_uuid_.erase(node.uuid);
  const auto known = by_name_.find(node.name);
  if (known != by_name_.end() && known->second == id) by_name_.erase(known);
  node = KnownNode{};
  free_.push_back(id);
}

std::uint32_t Subjects::id_of(SubjectKind kind, const std::string& uuid, const std::string& key) {
  const auto [known, is_new] = by_key_.try_emplace(key, 0);
  if (!is_new) return known->second;
  const std::uint32_t id = place(all_, free_);
  known->second = id;
  all_[id] = {kind, uuid, key, nullptr, id};
  const std::string whole = subject_key(kind, uuid, {});
  if (kind != SubjectKind::kCluster && whole != key) all_[id].whole = id_of(kind, uuid, whole);
  return id;
}

std::uint32_t Subjects::find(const std::string& key) const {
  const auto known = by_key_.find(key);
  return known == by_key_.end() ? kNoId : known->second;
}

void Subjects::keep(std::vector<bool> used) {
  for (std::uint32_t id = 0; id < all_.size(); ++id) {
    if (used[id] && all_[id].whole != kNoId) used[all_[id].whole] = true;
  }
  for (std::uint32_t id = 0; id < all_.size(); ++id) {
    if (used[id] || all_[id].key.empty()) continue;
    by_key_.erase(all_[id].key);
    all_[id] = {};
    free_.push_back(id);
  }
}

std::string subject_key(SubjectKind kind, const std::string& uuid, const Labels& labels) {
  Subject subject{.kind = kind};
  (kind == SubjectKind::kNode ? subject.node_uuid : subject.domain_uuid) = uuid;
  subject.labels.insert(labels.begin(), labels.end());
  return subject.key();
}

}  // namespace hotspot::rules
