#include "actuator/loop/two_nodes.h"

#include <algorithm>

#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using model::DomainRef;

constexpr std::uint64_t kReads = 2;
// After a takeover: for the nodes to send something before what was told is taken to be over.
constexpr Milliseconds kPatience{std::chrono::minutes(1)};

std::string place_names(const record::OnTwoNodes& what) {
  std::string names;
  for (std::size_t i = 0; i < what.places.size(); ++i) {
    if (i > 0) names += i + 1 == what.places.size() ? " and on " : ", on ";
    names += text::visible(what.places[i].node_name);
  }
  return names;
}

// A migration, or what a migration leaves for a moment: whoever holds the domain knows more.
bool is_excused(const std::vector<DomainRef>& running, const std::vector<plan::InFlight>& in_flight) {
  const std::string& uuid = running.front().domain->uuid;
  return std::any_of(running.begin(), running.end(), [](const DomainRef& one) { return one.domain->job_active; }) ||
         std::any_of(in_flight.begin(), in_flight.end(), [&](const plan::InFlight& entry) {
           return entry.action.domain_uuid == uuid && !entry.unanswered &&
                  std::holds_alternative<model::MigrateTo>(entry.action.step);
         });
}

// libvirt says that the domain came here by a migration, which the one that is silent now did not outlive.
bool came_by_migration(const std::vector<DomainRef>& running, const std::vector<DomainRef>& silent) {
  const auto newest = std::max_element(running.begin(), running.end(), [](const DomainRef& a, const DomainRef& b) {
    return a.node->taken_at() < b.node->taken_at();
  });
  return running.size() == silent.size() + 1 && newest->domain->state_reason == "migrated";
}

std::string sentence_of(const record::OnTwoNodes& what, const std::vector<DomainRef>& silent, WallTime now) {
  const std::string name = text::visible(what.domain_name);
  if (what.certain)
    return "ALARM: " + name + " (" + text::visible(what.domain_uuid) + ") runs on " + place_names(what) +
           " at once, by fresh snapshots of each; both may write to its disks. Nothing is done to it; stop one of the "
           "two with virsh destroy";
  std::string who;
  for (const DomainRef& one : silent)
    who += (who.empty() ? "" : ", ") + text::visible(one.node->name()) + " (silent for " +
           text::duration_text(model::age(*one.node, now)) + ")";
  return name + " runs on " + place_names(what) + " by their newest snapshots, and whether it still does on " + who +
         " is not known. Nothing is done to it until that node is heard of, or is gone for good: hotspotctl node "
         "forget";
}

}  // namespace

std::vector<Alarm> TwoNodes::advance(const Situation& situation) {
  std::vector<Alarm> alarms;
  for (const auto& [uuid, others] : situation.cluster.reported_elsewhere()) look(uuid, situation, alarms);
  for (auto at = entries_.begin(); at != entries_.end();) {
    Entry& entry = at->second;
    if (!has_ended(entry, situation)) {
      ++at;
      continue;
    }
    if (entry.told) {
      const DomainRef found = situation.cluster.find_domain(at->first);
      const std::string where = found ? "it is on " + text::visible(found.node->name()) + " alone"
                                      : std::string("no node reports it any more");
      alarms.push_back({"on_two_nodes_ended", "domain " + entry.what.domain_name,
                        text::visible(entry.what.domain_name) + " does not run on two nodes any more: " + where,
                        situation.now});
    }
    at = entries_.erase(at);
  }
  kept_.clear();
  for (const auto& [uuid, entry] : entries_) {
    kept_[uuid] = {model::RefusalKind::kOnTwoNodes,
                   text::visible(entry.what.domain_name) + " runs on " + place_names(entry.what) +
                       " by the newest snapshot of each: nothing is done to it until that is over"};
  }
  return alarms;
}

void TwoNodes::look(const std::string& uuid, const Situation& situation, std::vector<Alarm>& alarms) {
  const auto running = situation.cluster.find_running(uuid);
  if (running.size() < 2) return;
  std::vector<DomainRef> silent;
  for (const DomainRef& one : running)
    if (model::is_stale(*one.node, situation.now, situation.freshness)) silent.push_back(one);
  const auto known = entries_.find(uuid);
  if (known == entries_.end() && (silent.size() == running.size() || came_by_migration(running, silent))) return;
  Entry& entry = entries_[uuid];
  if (entry.what.domain_uuid.empty()) entry.what = {uuid, running.front().domain->name, {}, situation.now, false};
  entry.seen_at = situation.now;
  entry.gone.clear();
  entry.what.places.clear();
  for (const DomainRef& one : running) entry.what.places.push_back({one.node->uuid(), one.node->name()});
  std::sort(entry.what.places.begin(), entry.what.places.end(),
            [](const auto& a, const auto& b) { return a.node_name < b.node_name; });
  if (is_excused(running, situation.in_flight)) return entry.since.clear();
  bool all_read = true;
  for (const DomainRef& one : running) {
    const auto [since, is_new] = entry.since.try_emplace(one.node->uuid(), one.node->samples);
    if (one.node->samples < since->second) since->second = 0;
    all_read = all_read && one.node->samples >= since->second + kReads;
  }
  const bool certain = silent.empty() && all_read;
  if (certain ? entry.told && entry.what.certain : entry.told || silent.empty()) return;
  entry.what.certain = certain;
  entry.told = true;
  alarms.push_back({"on_two_nodes", "domain " + entry.what.domain_name, sentence_of(entry.what, silent, situation.now),
                    situation.now});
}

// One of its nodes has not had it for two snapshots, or is not known any more.
bool TwoNodes::has_ended(Entry& entry, const Situation& situation) const {
  const auto running = situation.cluster.find_running(entry.what.domain_uuid);
  if (running.size() > 1) return false;
  if (!entry.told) return true;
  for (const record::OnTwoNodes::Place& place : entry.what.places) {
    const model::Node* node = situation.cluster.find_node(place.node_uuid);
    if (node == nullptr) {
      if (situation.now - entry.seen_at >= kPatience || entry.since.contains(place.node_uuid)) return true;
      continue;
    }
    if (std::any_of(running.begin(), running.end(), [&](const DomainRef& one) { return one.node == node; })) continue;
    const auto [gone, is_new] = entry.gone.try_emplace(place.node_uuid, node->samples);
    if (node->samples >= gone->second + kReads - 1) return true;
  }
  return false;
}

std::vector<record::OnTwoNodes> TwoNodes::told() const {
  std::vector<record::OnTwoNodes> all;
  for (const auto& [uuid, entry] : entries_)
    if (entry.told) all.push_back(entry.what);
  return all;
}

void TwoNodes::restore(const std::vector<record::OnTwoNodes>& told, WallTime now) {
  for (const record::OnTwoNodes& one : told) {
    if (one.domain_uuid.empty() || entries_.contains(one.domain_uuid)) continue;
    Entry entry;
    entry.what = one;
    entry.seen_at = now;
    entry.told = true;
    entries_[one.domain_uuid] = std::move(entry);
  }
}

}  // namespace hotspot::loop
