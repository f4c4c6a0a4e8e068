// Windows of time: when which kinds of action may be begun.
//
// PURE: the time and the rules of the time zone are arguments. A kind of action (of a rule, if the window names rules)
// that some `allow` window names may only be begun within one of those; one that a `deny` window names not within that.
// What is named by no window is free. Nothing is begun that is predicted to end after its window; what is under way
// when a window closes goes on. A window that begins or ends at a local time that the clocks show twice is the longer
// one; one whose whole length is skipped by them does not come that day.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/projection.h"
#include "actuator/model/time_zone.h"

namespace hotspot::plan {

enum class ActionKind {
  kMigrate,
  kGrow,    // vCPUs or memory are added in place
  kShrink,  // they are taken away
  kTune     // CPU caps and shares
};
constexpr ActionKind kAllKinds[] = {ActionKind::kMigrate, ActionKind::kGrow, ActionKind::kShrink, ActionKind::kTune};
const char* to_string(ActionKind kind);  // "migrate", "grow", "shrink", "tune"
std::optional<ActionKind> action_kind_from_string(std::string_view text);
ActionKind kind_of(const model::Step& step);

struct Window {
  std::vector<int> days;            // on which it begins: 0 is Sunday; empty: every day
  int from_minute = 0;              // of the day
  int to_minute = 24 * 60;          // not after `from`: of the day after
  std::vector<ActionKind> actions;  // empty: all
  std::vector<std::string> rules;   // only what these ask for; empty: all
  std::shared_ptr<const model::TimeZone> zone = std::make_shared<model::TimeZone>();

  bool binds(ActionKind kind, const std::string& rule) const;
};

struct Windows {
  std::vector<Window> allow, deny;
};

// Whether a kind of action may be begun, until when, and from when on if not. Looks half a month ahead.
struct Opening {
  bool bound = false;  // some window names it
  bool open = true;
  std::optional<WallTime> closes;  // if open
  std::optional<WallTime> opens;   // when it opens next, open or not
};
Opening opening(const Windows& windows, ActionKind kind, const std::string& rule, WallTime now);

// Why nothing that takes so long may be begun now. Times are told in the zone of the first window that binds.
std::optional<model::Refusal> window_refusal(const Windows& windows, ActionKind kind, const std::string& rule,
                                             WallTime now, Milliseconds length);

}  // namespace hotspot::plan
