// Time windows: when which kinds of action may begin.
//
// PURE: the time and the rules of the time zone are arguments. If an `allow` window names a kind of action (of a rule,
// if the window names rules), that kind may begin only within such a window; if a `deny` window names it, it may not
// begin within that window. A kind that no window names is not restricted. Nothing begins that is predicted to end
// after its window; what is under way when a window closes continues. If the clocks show the beginning or end twice,
// the longer reading of the window applies; a window that the clocks skip entirely does not occur on that day.
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
  kShrink,  // they are removed
  kTune     // CPU caps and shares
};
constexpr ActionKind kAllKinds[] = {ActionKind::kMigrate, ActionKind::kGrow, ActionKind::kShrink, ActionKind::kTune};
const char* to_string(ActionKind kind);  // "migrate", "grow", "shrink", "tune"
std::optional<ActionKind> action_kind_from_string(std::string_view text);
ActionKind kind_of(const model::Step& step);

struct Window {
  std::vector<int> days;            // on which the window begins: 0 is Sunday; empty: every day
  int from_minute = 0;              // of the day
  int to_minute = 24 * 60;          // if not after `from`: on the next day
  std::vector<ActionKind> actions;  // empty: all
  std::vector<std::string> rules;   // only actions that these rules ask for; empty: all
  std::shared_ptr<const model::TimeZone> zone = std::make_shared<model::TimeZone>();

  bool binds(ActionKind kind, const std::string& rule) const;
};

struct Windows {
  std::vector<Window> allow, deny;
};

// Whether a kind of action may begin, until when, and if not, from when on. Looks half a month ahead.
struct Opening {
  bool bound = false;  // a window names it
  bool open = true;
  std::optional<WallTime> closes;  // if open
  std::optional<WallTime> opens;   // when it opens next, whether open now or not
};
Opening opening(const Windows& windows, ActionKind kind, const std::string& rule, WallTime now);

struct Attempt {
  ActionKind kind = ActionKind::kMigrate;
  std::string rule;
  Milliseconds length{0};  // the predicted one
};
// Why it may not begin now. Times are in the zone of the first window that applies.
std::optional<model::Refusal> window_refusal(const Windows& windows, const Attempt& attempt, WallTime now);

}  // namespace hotspot::plan
