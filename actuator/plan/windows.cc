#include "actuator/plan/windows.h"

#include <algorithm>

#include "actuator/plan/guardrails.h"
#include "common/text/duration.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;

constexpr int kMinutesADay = 24 * 60;
// Weekly windows recur within a week, or within two if a change of the clocks skipped one.
constexpr std::int64_t kDaysAhead = 15;

struct Interval {
  WallTime from{}, to{};
  bool contains(WallTime time) const { return from <= time && time < to; }
};

// The window's occurrences around `now`.
void add_intervals(const Window& window, WallTime now, std::vector<Interval>& intervals) {
  const std::int64_t today = model::local_time(now, *window.zone).day;
  for (std::int64_t day = today - 2; day <= today + kDaysAhead; ++day) {
    const int weekday = static_cast<int>(((day + 4) % 7 + 7) % 7);
    if (!window.days.empty() && std::find(window.days.begin(), window.days.end(), weekday) == window.days.end())
      continue;
    const int to = window.to_minute > window.from_minute ? window.to_minute : window.to_minute + kMinutesADay;
    const Interval one{
        model::when_local(day, window.from_minute, *window.zone, model::Twice::kFirst),
        model::when_local(day + to / kMinutesADay, to % kMinutesADay, *window.zone, model::Twice::kSecond)};
    if (one.from < one.to) intervals.push_back(one);
  }
}

struct Bound {
  std::vector<Interval> allow, deny;
  const model::TimeZone* zone = nullptr;  // of the first window that applies
  bool allows_only = false;

  bool open(WallTime time) const {
    const auto holds = [time](const Interval& one) { return one.contains(time); };
    return (!allows_only || std::any_of(allow.begin(), allow.end(), holds)) &&
           std::none_of(deny.begin(), deny.end(), holds);
  }
};

Bound bound_by(const Windows& windows, ActionKind kind, const std::string& rule, WallTime now) {
  Bound bound;
  for (const Window& window : windows.allow) {
    if (!window.binds(kind, rule)) continue;
    if (bound.zone == nullptr) bound.zone = window.zone.get();
    bound.allows_only = true;
    add_intervals(window, now, bound.allow);
  }
  for (const Window& window : windows.deny) {
    if (!window.binds(kind, rule)) continue;
    if (bound.zone == nullptr) bound.zone = window.zone.get();
    add_intervals(window, now, bound.deny);
  }
  return bound;
}

Opening opening_of(const Bound& bound, WallTime now) {
  Opening result{
      .bound = bound.zone != nullptr, .open = bound.open(now), .closes = std::nullopt, .opens = std::nullopt};
  std::vector<WallTime> changes;
  for (const auto* intervals : {&bound.allow, &bound.deny}) {
    for (const Interval& one : *intervals) {
      for (const WallTime time : {one.from, one.to}) {
        if (time > now) changes.push_back(time);
      }
    }
  }
  std::sort(changes.begin(), changes.end());
  bool open = result.open;
  for (const WallTime time : changes) {
    const bool then = bound.open(time);
    if (open && !then && !result.closes) result.closes = time;
    if (!open && then) {
      result.opens = time;
      break;
    }
    open = then;
  }
  if (!result.open) result.closes.reset();
  return result;
}

const char* plural(ActionKind kind) {
  switch (kind) {
    case ActionKind::kMigrate:
      return "migrations";
    case ActionKind::kGrow:
      return "growing";
    case ActionKind::kShrink:
      return "shrinking";
    case ActionKind::kTune:
      return "CPU caps and shares";
  }
  return "";
}

}  // namespace

const char* to_string(ActionKind kind) {
  switch (kind) {
    case ActionKind::kMigrate:
      return "migrate";
    case ActionKind::kGrow:
      return "grow";
    case ActionKind::kShrink:
      return "shrink";
    case ActionKind::kTune:
      return "tune";
  }
  return "unknown";
}

std::optional<ActionKind> action_kind_from_string(std::string_view text) {
  for (const ActionKind kind : kAllKinds) {
    if (text == to_string(kind)) return kind;
  }
  return std::nullopt;
}

ActionKind kind_of(const model::Step& step) {
  if (model::changes(step) == model::Changes::kNode) return ActionKind::kMigrate;
  if (model::is_tuning(step)) return ActionKind::kTune;
  return shrinks(step) ? ActionKind::kShrink : ActionKind::kGrow;
}

bool Window::binds(ActionKind kind, const std::string& rule) const {
  const auto names = [](const auto& all, const auto& one) {
    return all.empty() || std::find(all.begin(), all.end(), one) != all.end();
  };
  return names(actions, kind) && names(rules, rule);
}

Opening opening(const Windows& windows, ActionKind kind, const std::string& rule, WallTime now) {
  return opening_of(bound_by(windows, kind, rule, now), now);
}

std::optional<Refusal> window_refusal(const Windows& windows, const Attempt& attempt, WallTime now) {
  const ActionKind kind = attempt.kind;
  const Milliseconds length = attempt.length;
  const Bound bound = bound_by(windows, kind, attempt.rule, now);
  if (bound.zone == nullptr) return std::nullopt;
  const Opening found = opening_of(bound, now);
  const auto at = [&](WallTime time) { return model::clock_text(time, now, *bound.zone); };
  const std::string next = found.opens ? "; the next opens " + at(*found.opens)
                                       : "; none opens within " + std::to_string(kDaysAhead) + " days";
  if (!found.open)
    return Refusal{RefusalKind::kOutsideWindow, std::string("outside the window for ") + plural(kind) + next};
  if (!found.closes || now + length <= *found.closes) return std::nullopt;
  return Refusal{RefusalKind::kOutsideWindow, "it would take " + text::duration_text(length) + ", but the window for " +
                                                  plural(kind) + " closes " + at(*found.closes) + next};
}

}  // namespace hotspot::plan
