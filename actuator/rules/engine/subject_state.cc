#include "actuator/rules/engine/subject_state.h"

#include <algorithm>

#include "common/text/duration.h"

namespace hotspot::rules {
void SubjectState::begin(const SubjectEvaluation& evaluation) {
  pending_since = evaluation.now;
  first_sample_at = evaluation.taken_at;
  samples.clear();
}

// A clock that was set back must neither make anything look older than it is nor keep it for ever.
void SubjectState::undo_clock_jump(WallTime now) {
  if (now < pending_since) pending_since = now;
  if (now < last_held) last_held = now;
  if (not_held_since && now < *not_held_since) not_held_since = now;
  if (firing_since && now < *firing_since) firing_since = now;
}

bool SubjectState::count_sample(const SubjectEvaluation& evaluation, const Rule& rule) {
  const auto* counted = std::get_if<ForSamples>(&rule.for_clause);
  if (counted == nullptr) return evaluation.holds;
  const auto n = static_cast<std::size_t>(counted->n);
  if (evaluation.is_new) samples.push({evaluation.taken_at, evaluation.now, evaluation.holds}, n);
  samples.shrink_to(n);
  const auto first = samples.first_held();
  if (phase == Phase::kPending && first) {
    pending_since = std::min(first->seen_at, evaluation.now);
    first_sample_at = first->taken_at;
  }
  return held_samples() >= counted->k;
}

Change SubjectState::apply(const SubjectEvaluation& evaluation, const Rule& rule) {
  undo_clock_jump(evaluation.now);
  const bool is_first = !is_known;
  const bool gap = is_known && evaluation.taken_at - last_sample > evaluation.max_gap;
  if (phase == Phase::kPending && (is_first || gap)) begin(evaluation);
  is_known = true;
  in_view = true;
  fresh = evaluation.fresh;
  last_sample = evaluation.taken_at;
  last_evaluation = evaluation.now;
  const bool held = count_sample(evaluation, rule);
  const bool condition = phase == Phase::kFiring && rule.until ? !evaluation.off : held;
  if (condition || (phase == Phase::kPending && evaluation.holds)) last_held = evaluation.now;
  if (phase == Phase::kFiring) {
    if (condition) {
      not_held_since.reset();
      return Change::kNone;
    }
    if (!not_held_since) not_held_since = evaluation.now;
    return evaluation.now - *not_held_since >= rule.keep_firing_for ? Change::kResolved : Change::kNone;
  }
  const bool pending = std::holds_alternative<ForSamples>(rule.for_clause) ? held_samples() > 0 : condition;
  if (!pending) return Change::kGone;
  return is_first ? Change::kBecamePending : Change::kNone;
}

bool SubjectState::ready(const Rule& rule, WallTime now) const {
  if (phase != Phase::kPending || !in_view) return false;
  if (const auto* counted = std::get_if<ForSamples>(&rule.for_clause)) return held_samples() >= counted->k;
  return now - pending_since >= std::get<ForTime>(rule.for_clause).time;
}

void SubjectState::fire(WallTime now) {
  phase = Phase::kFiring;
  firing_since = now;
  not_held_since.reset();
  waits.reset();
}

std::optional<WallTime> SubjectState::due(const Rule& rule) const {
  const auto* timed = std::get_if<ForTime>(&rule.for_clause);
  if (timed == nullptr || phase != Phase::kPending || !in_view) return std::nullopt;
  return pending_since + timed->time;
}

std::string SubjectState::held_text(const Rule& rule, WallTime now) const {
  if (const auto* counted = std::get_if<ForSamples>(&rule.for_clause)) {
    return std::to_string(held_samples()) + " of " + std::to_string(counted->n) + " samples";
  }
  const Milliseconds wanted = std::get<ForTime>(rule.for_clause).time;
  if (wanted == Milliseconds(0)) return "at the first sample";
  const Milliseconds held = std::max((phase == Phase::kFiring ? last_held : now) - pending_since, Milliseconds(0));
  return text::duration_text(held) + " (for: " + text::duration_text(wanted) + ")";
}

}  // namespace hotspot::rules
