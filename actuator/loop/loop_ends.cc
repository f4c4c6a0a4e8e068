// The loop: ends actions that are no longer needed, watches guests after a shrink, and records the ends of actions.
#include <algorithm>

#include "actuator/loop/loop.h"
#include "actuator/loop/still_fires.h"

namespace hotspot::loop {
// Sampling a guest may take half a minute: what the action was for may be over by then.
void Loop::let_go_of_what_is_over() {
  if (executor_ == nullptr) return;
  for (const plan::InFlight& entry : executor_->in_flight()) {
    const std::string& id = entry.action.id;
    if (entry.state != model::ActionState::kIntent || !books_.may_let_go(id)) continue;
    const auto why = why_over(entry.action, rules_.firing(), intake_.cluster());
    if (!why) continue;
    books_.let_go(id);
    executor_->let_go(id, *why);
  }
}

void Loop::look_after_guests() {
  if (executor_ == nullptr) return;
  const auto flying = executor_->in_flight();
  MemoryCare::News news = memory_care_.advance({.firings = rules_.firing(),
                                                .in_flight = flying,
                                                .cluster = intake_.cluster(),
                                                .mode = mode_,
                                                .now = ports_.clock.now(),
                                                .token = lead_.token()});
  for (const auto& [action, why] : news.give_back) executor_->give_back(action, why);
  for (const model::Action& undo : news.undo) {
    if (may_plan()) begin(undo);
    if (executor_ == nullptr) return;
  }
  rules_.count_failed_shrinks(memory_care_.failed_shrinks());
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
  const auto begun = executor_->begin(action, lead_.token());
  lead_.check_write(begun, "an intent");
  if (!begun || executor_ == nullptr) return false;
  const ports::JournalEntry intent{.action = action,
                                   .state = model::ActionState::kIntent,
                                   .at = ports_.clock.now(),
                                   .token = lead_.token(),
                                   .message = "",
                                   .figures = {},
                                   .stream_id = ""};
  books_.begun(action.id);
  steering_.note(intent);
  memory_care_.note(intent, intake_.cluster());
  publisher_.publication().begun(intent);
  return true;
}

void Loop::note_end(const ports::JournalEntry& entry) {
  if (const auto said = books_.ended(entry, intake_.cluster(), ports_.clock.now())) log_(LogLevel::kWarning, *said);
  save_state(StateKeeper::When::kNow);
}

}  // namespace hotspot::loop
