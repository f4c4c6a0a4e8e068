// Steering: carries out the commands that add and remove holds and the pause.
#include <algorithm>

#include "actuator/loop/steering.h"
#include "actuator/model/node_choice.h"

namespace hotspot::loop {
namespace {

using plan::Hold;
using plan::HoldBook;
using plan::HoldOn;
using record::done;
using record::refused;
using record::Verdict;

// A sentence if it makes no sense.
std::string set_end(const record::End& end, WallTime now, Hold& hold) {
  if (!end.length && !end.until) return "";
  hold.for_a_time = end.length.has_value();
  if (end.length) hold.length = *end.length;
  hold.until = end.length ? now + *end.length : *end.until;
  return *hold.until > now ? "" : "its end is in the past";
}

// A name that nobody has would hold nothing, and whoever gave it would believe that it does.
std::string find_domain(const model::Cluster& cluster, Hold& hold) {
  if (const model::DomainRef by_uuid = cluster.find_domain(hold.name)) {
    hold.uuid = hold.name;
    hold.name = by_uuid.domain->name;
    return "";
  }
  const auto found = cluster.find_domains_by_name(hold.name);
  if (found.empty()) return "no domain '" + hold.name + "' is in the snapshots; see hotspotctl domain list";
  if (found.size() > 1) {
    std::string which;
    for (const model::DomainRef& one : found)
      which += (which.empty() ? " " : ", ") + one.domain->uuid + " on " + one.node->name();
    return "several domains are named '" + hold.name + "'; give the UUID of one:" + which;
  }
  hold.uuid = found.front().domain->uuid;
  return "";
}

std::string find_subject(const Steering::Situation& situation, Hold& hold) {
  if (hold.on == HoldOn::kDomain) return find_domain(situation.cluster, hold);
  if (hold.on == HoldOn::kNode) {
    const auto node = find_one_node(situation.cluster, hold.name);
    if (!node) return node.error().message;
    hold.name = (*node)->name();
    hold.uuid = (*node)->uuid();
  }
  if (hold.on == HoldOn::kRule) {
    const auto has_name = [&](const rules::Rule& rule) { return rule.name == hold.name; };
    if (situation.rules == nullptr ||
        std::none_of(situation.rules->rules.begin(), situation.rules->rules.end(), has_name))
      return "no rule '" + hold.name + "' is loaded; see hotspotctl rule list";
  }
  return "";
}

// Somebody else's pause is there for a reason, which a new one must not bury.
std::string pause_of_other(const HoldBook& holds, const Hold& wanted, WallTime now, const model::TimeZone& zone) {
  const Hold* standing = wanted.id == plan::kPauseId ? holds.find(plan::kPauseId) : nullptr;
  if (standing == nullptr || standing->owner == wanted.owner) return "";
  return "the cluster is " + plan::describe(*standing, now, zone) +
         "; end that with hotspotctl mode resume first, or say --yes to put yours in its place";
}

bool is_held(const Hold& hold, const model::Action& action) {
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  switch (hold.on) {
    case HoldOn::kCluster:
      return true;
    case HoldOn::kRule:
      return action.rule == hold.name;
    case HoldOn::kNode:
      return action.node_uuid == hold.uuid || (move != nullptr && move->target_uuid == hold.uuid);
    case HoldOn::kDomain:
      return action.domain_uuid == hold.uuid;
  }
  return false;
}

}  // namespace

std::optional<Verdict> Steering::run(const record::Command& command, const Situation& situation, News& news) {
  Hold hold;
  hold.since = situation.now;
  if (const auto* add = std::get_if<record::AddHold>(&command)) {
    const auto on = plan::hold_on_from_string(add->on);
    if (!on) return refused("'" + add->on + "' cannot be held; domain, node, rule or cluster can");
    hold.on = *on;
    hold.name = add->name;
    hold.owner = add->owner;
    hold.reason = add->reason;
    return add_hold(std::move(hold), {.end = add->end, .cancel = add->cancel, .yes = false}, situation, news);
  }
  if (const auto* pause = std::get_if<record::Pause>(&command)) {
    hold.id = plan::kPauseId;
    hold.on = HoldOn::kCluster;
    hold.owner = pause->owner;
    hold.reason = pause->reason;
    return add_hold(std::move(hold), {.end = pause->end, .cancel = pause->cancel, .yes = pause->yes}, situation, news);
  }
  if (const auto* remove = std::get_if<record::RemoveHold>(&command))
    return remove_hold(remove->id, remove->owner, situation, news);
  if (const auto* resume = std::get_if<record::Resume>(&command))
    return remove_hold(plan::kPauseId, resume->owner, situation, news);
  return std::nullopt;
}

Verdict Steering::add_hold(Hold hold, const HoldWish& wish, const Situation& situation, News& news) {
  if (hold.owner.empty() || hold.reason.empty()) return refused("it needs an owner and a reason");
  std::string wrong = set_end(wish.end, situation.now, hold);
  if (wrong.empty()) wrong = find_subject(situation, hold);
  if (wrong.empty() && !wish.yes) wrong = pause_of_other(holds_, hold, situation.now, zone_);
  if (!wrong.empty()) return refused(wrong);

  const bool pause = hold.id == plan::kPauseId;
  const Hold& added = holds_.add(std::move(hold));
  const std::string held = plan::subject_of(added) + " is " + plan::describe(added, situation.now, zone_);
  std::string answer = held;
  if (!pause) answer += " (hold " + added.id + ")";
  news.notices.push_back({"hold", plan::subject_of(added), answer, situation.now});
  int going_on = 0, cancelled = 0;
  for (const plan::InFlight& entry : situation.in_flight) {
    // A roll-back gives a guest back what it needs: that is safety, and no hold stops it.
    if (!entry.action.undoes.empty() || !is_held(added, entry.action)) continue;
    ++(wish.cancel && situation.cancel(entry.action.id, held) ? cancelled : going_on);
  }
  if (going_on > 0) answer += "; actions under way that go on: " + std::to_string(going_on);
  if (cancelled > 0) answer += "; actions that are cancelled: " + std::to_string(cancelled);
  return done(answer);
}

Verdict Steering::remove_hold(const std::string& id, const std::string& by, const Situation& situation, News& news) {
  const auto removed = holds_.remove(id);
  if (!removed) return refused(id == plan::kPauseId ? "it is not paused" : "there is no hold '" + id + "'");
  const std::string held = plan::describe(*removed, situation.now, zone_);  // "paused by ada until 18:00: storage"
  const std::string answer =
      id == plan::kPauseId
          ? "the pause is over: hotspotd acts again, as its mode says" + (by.empty() ? "" : "; ended by " + by) +
                " (it was " + held + ")"
          : plan::subject_of(*removed) + " is not " + held + " any more" + (by.empty() ? "" : ": lifted by " + by);
  news.notices.push_back({"hold_ended", plan::subject_of(*removed), answer, situation.now});
  return done(answer);
}

}  // namespace hotspot::loop
