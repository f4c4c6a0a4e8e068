// The commands that set and lift holds and the pause.
#include <algorithm>
#include <charconv>

#include "actuator/daemon/steering.h"

namespace hotspot::daemon {
namespace {

using plan::Hold;
using plan::HoldBook;
using plan::HoldOn;

constexpr std::size_t kLongestText = 500;

std::string argument(const ports::Command& command, const char* name) {
  const auto found = command.arguments.find(name);
  return found == command.arguments.end() ? std::string() : found->second;
}

// Empty: it is not a number.
std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                   : std::nullopt;
}

// Until when, by either of `for_ms` and `until_ms`; a sentence if it makes no sense.
std::string set_end(const ports::Command& command, WallTime now, Hold& hold) {
  const std::string length = argument(command, "for_ms"), until = argument(command, "until_ms");
  if (length.empty() && until.empty()) return "";
  const auto ms = number(length.empty() ? until : length);
  if (!ms) return "'" + (length.empty() ? until : length) + "' is not a time";
  hold.for_a_time = !length.empty();
  if (hold.for_a_time) hold.length = Milliseconds(*ms);
  hold.until = hold.for_a_time ? now + Milliseconds(*ms) : from_unix_ms(*ms);
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
    for (const model::DomainRef& one : found) which += "\n  " + one.domain->uuid + " on " + one.node->name();
    return "several domains are named '" + hold.name + "'; give the UUID of one:" + which;
  }
  hold.uuid = found.front().domain->uuid;
  return "";
}

std::string find_subject(const Steering::Situation& situation, Hold& hold) {
  if (hold.on == HoldOn::kDomain) return find_domain(situation.cluster, hold);
  if (hold.on == HoldOn::kNode) {
    const model::Node* node = situation.cluster.find_node(hold.name);
    if (node == nullptr) node = situation.cluster.find_node_by_name(hold.name);
    if (node == nullptr) return "no node '" + hold.name + "' is in the snapshots; see hotspotctl node list";
    hold.name = node->name();
    hold.uuid = node->uuid();
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
std::string pause_of_other(const HoldBook& holds, const Hold& wanted, const ports::Command& command, WallTime now,
                           const model::TimeZone& zone) {
  const Hold* standing = wanted.id == plan::kPauseId ? holds.find(plan::kPauseId) : nullptr;
  if (standing == nullptr || standing->owner == wanted.owner || argument(command, "yes") == "true") return "";
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

std::optional<std::string> Steering::run(const ports::Command& command, const Situation& situation, News& news) {
  if (command.verb == "hold_add" || command.verb == "pause") return add_hold(command, situation, news);
  if (command.verb == "hold_remove" || command.verb == "resume") return remove_hold(command, situation, news);
  return std::nullopt;
}

std::string Steering::add_hold(const ports::Command& command, const Situation& situation, News& news) {
  Hold hold;
  const bool pause = command.verb == "pause";
  if (pause) hold.id = plan::kPauseId;
  const auto on = pause ? HoldOn::kCluster : plan::hold_on_from_string(argument(command, "on"));
  if (!on) return "refused: '" + argument(command, "on") + "' cannot be held; domain, node, rule or cluster can";
  hold.on = *on;
  hold.name = argument(command, "name");
  hold.owner = argument(command, "owner");
  hold.reason = argument(command, "reason");
  hold.since = situation.now;
  if (hold.owner.empty() || hold.reason.empty()) return "refused: it needs an owner and a reason";
  if (hold.owner.size() > kLongestText || hold.reason.size() > kLongestText)
    return "refused: owner and reason may have " + std::to_string(kLongestText) + " bytes";
  std::string wrong = set_end(command, situation.now, hold);
  if (wrong.empty()) wrong = find_subject(situation, hold);
  if (wrong.empty()) wrong = pause_of_other(holds_, hold, command, situation.now, zone_);
  if (!wrong.empty()) return "refused: " + wrong;

  const Hold& added = holds_.add(std::move(hold));
  const std::string held = plan::subject_of(added) + " is " + plan::describe(added, situation.now, zone_);
  std::string answer = held;
  if (!pause) answer += " (hold " + added.id + ")";
  news.notices.push_back({"hold", plan::subject_of(added), answer, situation.now});
  const bool cancel = argument(command, "cancel") == "true";
  int going_on = 0, cancelled = 0;
  for (const plan::InFlight& entry : situation.in_flight) {
    // A roll-back gives a guest back what it needs: that is safety, and no hold stops it.
    if (!entry.action.undoes.empty() || !is_held(added, entry.action)) continue;
    ++(cancel && situation.cancel(entry.action.id, held) ? cancelled : going_on);
  }
  if (going_on > 0) answer += "; actions under way that go on: " + std::to_string(going_on);
  if (cancelled > 0) answer += "; actions that are cancelled: " + std::to_string(cancelled);
  return answer;
}

std::string Steering::remove_hold(const ports::Command& command, const Situation& situation, News& news) {
  const bool resume = command.verb == "resume";
  const std::string id = resume ? plan::kPauseId : argument(command, "id");
  const auto removed = holds_.remove(id);
  if (!removed) return resume ? "refused: it is not paused" : "refused: there is no hold '" + id + "'";
  const std::string by = argument(command, "owner");
  const std::string answer = plan::subject_of(*removed) + " is not " + plan::describe(*removed, situation.now, zone_) +
                             " any more" + (by.empty() ? "" : ": lifted by " + by);
  news.notices.push_back({"hold_ended", plan::subject_of(*removed), answer, situation.now});
  return answer;
}

}  // namespace hotspot::daemon
