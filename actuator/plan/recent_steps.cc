#include "actuator/plan/recent_steps.h"

#include <algorithm>

#include "actuator/plan/guardrails.h"
#include "common/text/duration.h"

namespace hotspot::plan {
namespace {

using model::ActionState;
using model::Refusal;
using model::RefusalKind;

// At least as long as any sensible cooldown.
constexpr Milliseconds kKept{std::chrono::hours(24)};

std::string attempt_text(const model::Step& step) {
  std::string kind = model::step_name(step);
  if (const auto* move = std::get_if<model::MigrateTo>(&step)) return kind + " " + move->target_uuid;
  return kind + (grows(step) ? " up" : shrinks(step) ? " down" : "");
}

}  // namespace

void RecentSteps::note(const model::Action& action, ActionState end, WallTime at) {
  if (end == ActionState::kSkipped) return;
  Domain& domain = domains_[action.domain_uuid];
  if (grows(action.step)) {
    const bool vcpus = model::changes(action.step) == model::Changes::kVcpus;
    domain.grown.insert_or_assign(vcpus ? Resource::kVcpus : Resource::kMemory, Growth{action, at});
  }
  if (!std::holds_alternative<model::MigrateTo>(action.step) || end != ActionState::kDone) return;
  std::erase_if(domain.left, [&](const Departure& one) { return one.node_uuid == action.node_uuid; });
  domain.left.push_back({action.node_uuid, action.node_name, at, action.rule, action.cooldown, action.approved_by});
}

void RecentSteps::note_skipped(const model::Action& action, const std::string& why, WallTime at, Milliseconds length) {
  std::vector<Skipped>& all = domains_[action.domain_uuid].skipped;
  const std::string what = attempt_text(action.step);
  std::erase_if(all, [&](const Skipped& one) { return one.what == what || one.until <= at; });
  all.push_back({what, why, at, at + length});
}

std::optional<Refusal> RecentSteps::against_shrink(const std::string& domain_uuid, Resource resource, WallTime now,
                                                   Milliseconds rest) const {
  const auto found = domains_.find(domain_uuid);
  if (found == domains_.end()) return std::nullopt;
  const auto growth = found->second.grown.find(resource);
  if (growth == found->second.grown.end() || now >= growth->second.at + rest) return std::nullopt;
  const model::Action& action = growth->second.action;
  return Refusal{RefusalKind::kInCooldown, action.domain_name + " was given more " +
                                               text::duration_text(now - growth->second.at) + " ago (" +
                                               model::describe(action.step) + "): nothing of it is taken back within " +
                                               text::duration_text(rest) + " (limits.reversal_rest)"};
}

std::optional<Refusal> RecentSteps::against_return(const std::string& domain_uuid, const std::string& target_uuid,
                                                   WallTime now, Milliseconds rest) const {
  const auto found = domains_.find(domain_uuid);
  if (found == domains_.end()) return std::nullopt;
  for (const Departure& one : found->second.left) {
    if (one.node_uuid != target_uuid || now >= one.at + rest) continue;
    return Refusal{RefusalKind::kInCooldown, "it left " + one.node_name + " " + text::duration_text(now - one.at) +
                                                 " ago: it does not go back there within " + text::duration_text(rest) +
                                                 " (limits.return_rest)"};
  }
  return std::nullopt;
}

std::optional<WallTime> RecentSteps::left_at(const std::string& domain_uuid, const std::string& node_uuid) const {
  const auto found = domains_.find(domain_uuid);
  if (found == domains_.end()) return std::nullopt;
  for (const Departure& one : found->second.left)
    if (one.node_uuid == node_uuid) return one.at;
  return std::nullopt;
}

std::optional<Refusal> RecentSteps::against_repetition(const std::string& domain_uuid, const model::Step& step,
                                                       WallTime now) const {
  const auto found = domains_.find(domain_uuid);
  if (found == domains_.end()) return std::nullopt;
  const std::string what = attempt_text(step);
  for (const Skipped& one : found->second.skipped) {
    if (one.what != what || now >= one.until) continue;
    return Refusal{RefusalKind::kInCooldown, "the same was skipped " + text::duration_text(now - one.at) +
                                                 " ago: " + one.why + "; it is tried again in " +
                                                 text::duration_text(one.until - now)};
  }
  return std::nullopt;
}

std::vector<RecentMove> RecentSteps::moves_within(WallTime now, Milliseconds rest) const {
  std::vector<RecentMove> moves;
  for (const auto& [uuid, domain] : domains_) {
    for (const Departure& one : domain.left)
      if (now < one.at + rest && !one.rule.empty())
        moves.push_back({uuid, one.node_uuid, one.rule, one.cooldown, one.at, one.approved_by});
  }
  std::stable_sort(moves.begin(), moves.end(), [](const RecentMove& a, const RecentMove& b) { return a.at > b.at; });
  return moves;
}

void RecentSteps::forget_old(WallTime now) {
  for (auto& [uuid, domain] : domains_) {
    for (auto& [resource, growth] : domain.grown) growth.at = std::min(growth.at, now);
    for (Departure& one : domain.left) one.at = std::min(one.at, now);
    for (Skipped& one : domain.skipped) {
      if (one.at > now) one.until -= one.at - now, one.at = now;
    }
    std::erase_if(domain.grown, [now](const auto& entry) { return now - entry.second.at > kKept; });
    std::erase_if(domain.left, [now](const Departure& one) { return now - one.at > kKept; });
    std::erase_if(domain.skipped, [now](const Skipped& one) { return one.until <= now; });
  }
  std::erase_if(domains_, [](const auto& entry) {
    return entry.second.grown.empty() && entry.second.left.empty() && entry.second.skipped.empty();
  });
}

}  // namespace hotspot::plan
