#include "actuator/ctl/report/judge.h"

#include <algorithm>

namespace hotspot::ctl::report {
namespace {

using model::ActionState;

Judged& found(Judged& judged, Fate fate, Reason reason, const std::string& words = "") {
  judged.fate = fate;
  judged.reason = reason;
  if (!words.empty()) judged.words = words;
  return judged;
}

const model::MigrateTo* move_of(const SeenAction& action) { return std::get_if<model::MigrateTo>(&action.action.step); }

// The domain is moved again soon after a move, or a growth is followed by a shrink, or the reverse.
bool takes_back(const SeenAction& first, const SeenAction& second) {
  if (move_of(first) != nullptr) return move_of(second) != nullptr;
  if (first.action.step.index() != second.action.step.index()) return false;
  const auto one = model::direction(first.action.step), other = model::direction(second.action.step);
  return one != other && one != model::Direction::kNone && other != model::Direction::kNone;
}

const SeenAction* taken_back_by(const SeenAction& action, const Index& index) {
  const auto& all = index.actions_on(action.action.domain_uuid);
  auto other = std::lower_bound(all.begin(), all.end(), action.at,
                                [](const SeenAction* one, WallTime time) { return one->action.planned_at < time; });
  for (; other != all.end() && (*other)->action.planned_at - action.at <= kAfterwards; ++other)
    if (*other != &action && (*other)->state == ActionState::kDone && takes_back(action, **other)) return *other;
  return nullptr;
}

std::string firing_words(const SeenFiring& firing) { return firing.rule + " fired on " + firing.subject; }

const SeenDecision* taken_back_by(const SeenDecision& decision, const Index& index) {
  const auto& all = index.recommended_for(decision.domain_uuid);
  auto other = std::upper_bound(all.begin(), all.end(), decision.at,
                                [](WallTime time, const SeenDecision* one) { return time < one->at; });
  for (; other != all.end() && (*other)->at - decision.at <= kAfterwards; ++other)
    if ((*other)->kind == decision.kind && decision.direction * (*other)->direction < 0) return *other;
  return nullptr;
}

// A failure counts as wrong, whatever else is known.
bool went_wrong(const SeenAction& action, const Index& index, Judged& judged) {
  if (action.state == ActionState::kFailed) return found(judged, Fate::kWrong, Reason::kFailed), true;
  if (action.state == ActionState::kAborted) return found(judged, Fate::kWrong, Reason::kAborted), true;
  if (action.state != ActionState::kDone) return false;
  const bool shrinks = model::direction(action.action.step) == model::Direction::kDown;
  if (shrinks && index.shrink_failed(action.action.domain_name, action.action.planned_at, action.at + kAfterwards))
    return found(judged, Fate::kWrong, Reason::kKill), true;
  if (const SeenAction* undo = index.undone_by(action.action.id))
    return found(judged, Fate::kWrong, Reason::kRolledBack, "by " + undo->action.id), true;
  const auto* move = move_of(action);
  if (move == nullptr) return false;
  const SeenFiring* hot = index.hot_node(move->target_uuid, action.at, action.at + kAfterwards);
  if (hot != nullptr) found(judged, Fate::kWrong, Reason::kTargetHot, firing_words(*hot));
  return hot != nullptr;
}

}  // namespace

const char* to_string(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "good";
    case Reason::kOverBefore:
      return "over before it paid off";
    case Reason::kTakenBack:
      return "taken back within 30 min";
    case Reason::kTargetHot:
      return "the target was hot";
    case Reason::kFailed:
      return "failed";
    case Reason::kAborted:
      return "aborted";
    case Reason::kRolledBack:
      return "rolled back";
    case Reason::kKill:
      return "the guest lacked memory";
    case Reason::kOthers:
      return "others changed the domain";
    case Reason::kTooRecent:
      return "too recent";
    case Reason::kEndNotKnown:
      return "end of the firing not known";
    case Reason::kUnderWay:
      return "under way";
    case Reason::kSkipped:
      return "skipped";
  }
  return "unknown";
}

Judged judge(const SeenAction& action, const Index& index) {
  const model::Action& what = action.action;
  Judged judged{.done = true,
                .at = what.planned_at,
                .id = what.id,
                .rule = what.rule,
                .subject = "domain " + what.domain_name + " on " + what.node_name,
                .domain = what.domain_name,
                .kind = model::step_name(what.step),
                .step = model::describe(what.step),
                .words = action.message};
  if (went_wrong(action, index, judged)) return judged;
  if (action.state == ActionState::kSkipped) return found(judged, Fate::kUnjudged, Reason::kSkipped);
  if (action.state != ActionState::kDone) return found(judged, Fate::kUnjudged, Reason::kUnderWay);
  const SeenFiring* firing = index.firing_of(action);
  const WallTime effect = action.took_effect.value_or(action.at);
  if (firing != nullptr && firing->until < effect && !firing->goes_on)
    return found(judged, Fate::kUseless, Reason::kOverBefore);
  if (const SeenAction* other = taken_back_by(action, index))
    return found(judged, Fate::kUseless, Reason::kTakenBack, "by " + other->action.id);
  if (firing != nullptr) {
    const Milliseconds after = firing->until - effect;
    judged.goes_on_hot = after > kCureLimit;
    if (!firing->goes_on && !judged.goes_on_hot) judged.cured_after = after;
  }
  if (index.known_until() < action.at + kAfterwards) return found(judged, Fate::kUnjudged, Reason::kTooRecent);
  return found(judged, Fate::kGood, Reason::kNone);
}

Judged judge(const SeenDecision& decision, const Index& index) {
  Judged judged{.done = false,
                .at = decision.at,
                .id = decision.id,
                .rule = decision.rule,
                .subject = decision.subject,
                .domain = decision.domain,
                .kind = decision.kind,
                .step = decision.step};
  const auto predicted = Milliseconds(static_cast<std::int64_t>(decision.seconds.value_or(0) * 1000));
  const WallTime pays_off = decision.at + (decision.seconds ? predicted : kUsualAction);
  const SeenFiring* firing = index.firing_of(decision);
  const WallTime over = firing != nullptr ? firing->until : decision.at;
  if (index.changed_by_others(decision.domain, decision.at, std::max(over, pays_off)))
    return found(judged, Fate::kUnjudged, Reason::kOthers);
  if (const SeenFiring* hot = index.hot_node(decision.target_uuid, decision.at, pays_off + kAfterwards))
    return found(judged, Fate::kWrong, Reason::kTargetHot, firing_words(*hot));
  if (firing == nullptr) return found(judged, Fate::kUnjudged, Reason::kEndNotKnown);
  if (!firing->goes_on && over <= pays_off) return found(judged, Fate::kUseless, Reason::kOverBefore);
  if (const SeenDecision* other = taken_back_by(decision, index))
    return found(judged, Fate::kUseless, Reason::kTakenBack, "by " + other->id);
  if (over > pays_off) judged.could_avoid = over - pays_off;
  if (index.known_until() < pays_off + kAfterwards) return found(judged, Fate::kUnjudged, Reason::kTooRecent);
  return found(judged, Fate::kGood, Reason::kNone);
}

}  // namespace hotspot::ctl::report
