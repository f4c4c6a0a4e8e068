#include "actuator/loop/drain_commands.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "actuator/model/node_choice.h"
#include "actuator/plan/drain_outlook.h"

namespace hotspot::loop {
namespace {

using record::done;
using record::refused;
using record::Verdict;

// In the answer to a command; of more, their number.
constexpr std::size_t kMostHindrances = 8;

bool drains_nodes(const rules::RuleSet& set) {
  return std::any_of(set.rules.begin(), set.rules.end(), [](const rules::Rule& rule) {
    return std::any_of(rule.remedies.begin(), rule.remedies.end(),
                       [](const rules::Remedy& remedy) { return std::holds_alternative<rules::Drain>(remedy); });
  });
}

record::Drain order_of(const record::DrainNode& asked, std::string node, WallTime now) {
  return {.node = std::move(node), .owner = asked.owner, .reason = asked.reason, .since = now};
}

std::string hindrances_text(const model::Node& node, const DrainSituation& situation) {
  const auto all = plan::drain_hindrances({.cluster = situation.cluster,
                                           .node = node,
                                           .restraints = situation.restraints,
                                           .cooldowns = situation.cooldowns,
                                           .in_flight = situation.in_flight,
                                           .now = situation.now});
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), kMostHindrances); ++i)
    text += (i == 0 ? "; what holds it up: " : "; ") + all[i];
  if (all.size() > kMostHindrances) text += "; and " + std::to_string(all.size() - kMostHindrances) + " more domains";
  return text;
}

// A node that was admitted, and of which no snapshot counts now: it is drained from the first one that does.
Verdict drain_silent(Drains& drains, const record::DrainNode& asked, const std::string& why,
                     const DrainSituation& situation) {
  for (const AdmittedNode& known : situation.admission.admitted()) {
    const record::RegisteredNode& entry = known.entry;
    if (entry.id != asked.node && entry.name != asked.node && entry.host_uuid != asked.node) continue;
    if (entry.host_uuid.empty())
      return refused(entry.id + " was admitted, but libvirt there has not said yet who it is");
    drains.request(entry.host_uuid, order_of(asked, entry.id, situation.now));
    return done(entry.id + " is to be drained: nothing goes there any more. No snapshot of it counts now" +
                (known.why.empty() ? "" : ": " + known.why) + "; what runs there leaves it once one does");
  }
  return refused(why);
}

}  // namespace

Verdict drain(Drains& drains, const record::DrainNode& asked, const DrainSituation& situation) {
  const auto node = model::find_one_node(situation.cluster, asked.node);
  if (!node) return drain_silent(drains, asked, node.error().message, situation);
  const std::string name = (*node)->name();
  drains.request((*node)->uuid(), order_of(asked, name, situation.now));
  std::string answer = name + " is to be drained: nothing goes there any more" +
                       (drains_nodes(situation.rules)
                            ? ""
                            : "; no rule of the set that runs has the remedy 'drain', so nothing leaves it (see "
                              "rules/drain.yml)");
  const plan::DrainOutlook outlook = plan::drain_outlook(situation.cluster, **node);
  if (outlook.phase != plan::DrainPhase::kMoving)
    answer += "; " + plan::describe(outlook, name);
  else if (!outlook.staying.empty())
    answer += "; it does not run, and stays: " + plan::names_of(outlook.staying);
  return done(answer + hindrances_text(**node, situation));
}

Verdict undrain(Drains& drains, const std::string& name) {
  std::vector<std::pair<std::string, std::string>> meant;  // host UUID and name
  for (const auto& [uuid, drained] : drains.all())
    if (drained.node == name || uuid == name) meant.emplace_back(uuid, drained.node);
  if (meant.empty()) return refused("'" + name + "' is not to be drained");
  if (meant.size() > 1) {
    std::string which;
    for (const auto& [uuid, node] : meant) which += "\n  " + uuid;
    return refused("several nodes named '" + name + "' are to be drained; give the host UUID of one:" + which);
  }
  drains.withdraw(meant.front().first);
  return done(meant.front().second + " is not to be drained any more");
}

std::vector<Notice> follow_drains(Drains& drains, const model::Cluster& cluster, const model::Freshness& freshness,
                                  WallTime now) {
  std::vector<Notice> notices;
  for (const std::string& uuid : drains.uuids()) {
    const model::Node* node = cluster.find_node(uuid);
    if (node == nullptr || model::is_stale(*node, now, freshness)) continue;
    const plan::DrainOutlook outlook = plan::drain_outlook(cluster, *node);
    const std::string phase = plan::to_string(outlook.phase);
    if (drains.all().at(uuid).phase == phase) continue;
    drains.set_phase(uuid, phase);
    if (outlook.phase == plan::DrainPhase::kMoving) continue;
    notices.push_back({"drain", "node " + node->name(), plan::describe(outlook, node->name()), now});
  }
  return notices;
}

}  // namespace hotspot::loop
