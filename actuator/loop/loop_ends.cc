// What is over before it has begun, guests that suffer from a shrink, and what the end of an action leaves behind.
#include <algorithm>

#include "actuator/loop/loop.h"
#include "actuator/loop/still_fires.h"

namespace hotspot::loop {
namespace {

// What only libvirt could tell, and what was skipped for it, is not asked again for so long.
constexpr Milliseconds kSkipped{std::chrono::minutes(1)};
// The figures of any node have settled after an action so long ago.
constexpr Milliseconds kSettled{std::chrono::hours(24)};

}  // namespace

// Sampling a guest may take half a minute: what the action was for may be over by then.
void Loop::let_go_of_what_is_over() {
  if (executor_ == nullptr) return;
  for (const plan::InFlight& entry : executor_->in_flight()) {
    const std::string& id = entry.action.id;
    if (entry.state != model::ActionState::kIntent || !begun_.contains(id) || let_go_.contains(id)) continue;
    const auto why = why_over(entry.action, firing_, intake_.cluster());
    if (!why) continue;
    let_go_.insert(id);
    executor_->let_go(id, *why);
  }
}

void Loop::look_after_guests() {
  if (executor_ == nullptr) return;
  const auto flying = executor_->in_flight();
  MemoryCare::News news = memory_care_.advance({.firings = firing_,
                                                .in_flight = flying,
                                                .cluster = intake_.cluster(),
                                                .mode = mode_,
                                                .now = ports_.clock.now(),
                                                .token = leadership_.token()});
  for (const auto& [action, why] : news.give_back) executor_->give_back(action, why);
  for (const model::Action& undo : news.undo) {
    if (may_plan()) begin(undo);
    if (executor_ == nullptr) return;
  }
  meters_.shrinks_failed = memory_care_.failed_shrinks();
  Steering::News told;
  for (FailedShrink& one : news.failed)
    told.notices.push_back({"shrink_failed", std::move(one.subject), std::move(one.sentence), one.at});
  take_news(told);
}

// Names are what RRD files have; where two domains have one, nobody can tell whose they are.
void Loop::take_memory_of(const HistoryAnswer& history) {
  for (const auto& [name, hours] : history.memory_used_bytes) {
    const auto found = intake_.cluster().find_domains_by_name(name);
    if (found.size() != 1) continue;
    for (const auto& [at, used_bytes] : hours) memory_care_.note_past(found.front().domain->uuid, at, used_bytes);
  }
}

bool Loop::begin(const model::Action& action) {
  const auto begun = executor_->begin(action, leadership_.token());
  check_write(begun, "an intent");
  if (!begun || executor_ == nullptr) return false;
  const ports::JournalEntry intent{.action = action,
                                   .state = model::ActionState::kIntent,
                                   .at = ports_.clock.now(),
                                   .token = leadership_.token(),
                                   .message = "",
                                   .figures = {},
                                   .stream_id = ""};
  begun_.insert(action.id);
  steering_.note(intent);
  memory_care_.note(intent, intake_.cluster());
  publication_.begun(intent);
  return true;
}

void Loop::note_end(const ports::JournalEntry& entry) {
  const WallTime now = ports_.clock.now();
  const model::Action& action = entry.action;
  note_refusal(entry);
  const bool ours = begun_.erase(action.id) > 0, let_go = let_go_.erase(action.id) > 0;
  if (entry.state == model::ActionState::kSkipped) {
    // Nothing was begun: it costs no rest. But what libvirt has just refused is not asked again at once.
    if (ours && !let_go) steps_.note_skipped(action, entry.message, now, std::min(action.cooldown, kSkipped));
    return save_state(StateKeeper::When::kNow);
  }
  if (cost_nothing(entry)) {
    cooldowns_.note(action.domain_uuid, now, std::min(action.cooldown, kRestAfterRefusal), options_.limits,
                    {.doubles = false, .holds_growth = false});
    return save_state(StateKeeper::When::kNow);
  }
  cooldowns_.note(action.domain_uuid, now, action.cooldown, options_.limits, plan::rest_after(action, entry.state));
  steps_.note(action, entry.state, now);
  migrations_.forget_old(now);
  if (entry.state == model::ActionState::kDone) migrations_.note(action, entry.figures, now);
  std::erase_if(node_action_ended_, [&](const auto& node) { return now - node.second > kSettled; });
  node_action_ended_[action.node_uuid] = now;
  if (const auto* move = std::get_if<model::MigrateTo>(&action.step)) node_action_ended_[move->target_uuid] = now;
  save_state(StateKeeper::When::kNow);
}

}  // namespace hotspot::loop
