#include "actuator/loop/action_books.h"

#include <algorithm>

#include "actuator/loop/refusals.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

// What only libvirt could tell, and what was skipped for it, is not asked again for so long.
constexpr Milliseconds kSkipped{std::chrono::minutes(1)};
// The figures of any node have settled after an action so long ago.
constexpr Milliseconds kSettled{std::chrono::hours(24)};

}  // namespace

void ActionBooks::take_lead(const std::vector<ports::JournalEntry>& newest) {
  begun_.clear(), let_go_.clear();
  for (const ports::JournalEntry& entry : newest)
    if (model::is_final(entry.state)) steps.note(entry.action, entry.state, entry.at);
}

void ActionBooks::review(const model::Cluster& cluster, WallTime now) {
  cooldowns.forget_expired(now, limits_);
  refusals.review(cluster, now, limits_.cooldown_cap);
  steps.forget_old(now);
  for (auto& [node, ended] : node_action_ended_) ended = std::min(ended, now);
}

std::optional<std::string> ActionBooks::ended(const ports::JournalEntry& entry, const model::Cluster& cluster,
                                              WallTime now) {
  const model::Action& action = entry.action;
  auto distrusted = note_refusal(entry, cluster, now);
  const bool ours = begun_.erase(action.id) > 0, let_go = let_go_.erase(action.id) > 0;
  if (entry.state == model::ActionState::kSkipped) {
    // Nothing was begun: it costs no rest. But what libvirt has just refused is not asked again at once.
    if (ours && !let_go) steps.note_skipped(action, entry.message, now, std::min(action.cooldown, kSkipped));
    return distrusted;
  }
  if (cost_nothing(entry)) {
    const plan::CooldownTerms short_rest{.doubles = false, .holds_growth = false};
    cooldowns.note({action.domain_uuid, now, std::min(action.cooldown, kRestAfterRefusal), short_rest}, limits_);
    return distrusted;
  }
  cooldowns.note({action.domain_uuid, now, action.cooldown, plan::cooldown_after(action, entry.state)}, limits_);
  steps.note(action, entry.state, now);
  migrations.forget_old(now);
  if (entry.state == model::ActionState::kDone) migrations.note(action, entry.figures, now);
  std::erase_if(node_action_ended_, [&](const auto& node) { return now - node.second > kSettled; });
  node_action_ended_[action.node_uuid] = now;
  if (const auto* move = std::get_if<model::MigrateTo>(&action.step)) node_action_ended_[move->target_uuid] = now;
  return distrusted;
}

// The domain rests for a moment only, if it cost it nothing, and another target is tried.
std::optional<std::string> ActionBooks::note_refusal(const ports::JournalEntry& entry, const model::Cluster& cluster,
                                                     WallTime now) {
  const auto* move = std::get_if<model::MigrateTo>(&entry.action.step);
  if (move != nullptr && entry.state == model::ActionState::kDone)
    refusals.forget(entry.action.domain_uuid, move->target_uuid);
  const auto refused = refusal_in(entry);
  if (!refused) return std::nullopt;
  refusals.note(*refused, cluster, now, {entry.action.cooldown, limits_.cooldown_cap});
  const auto why = refusals.distrust(move->target_uuid, now);
  if (!why) return std::nullopt;
  return text::visible(move->target_name) + " comes last as a target: " + *why;
}

}  // namespace hotspot::loop
