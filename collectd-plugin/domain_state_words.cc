#include "collectd-plugin/domain_state_words.h"

#include <array>
#include <vector>

namespace hotspot::collector {
namespace {

struct State {
  const char* name;
  Severity severity;
  std::vector<const char*> reasons;
};

const std::array<State, 8>& states() {
  static const std::array<State, 8> all{{
      {"no state", Severity::kOkay, {"the reason is unknown"}},
      {"the domain is running",
       Severity::kOkay,
       {"the reason is unknown", "normal startup from boot", "migrated from another host", "restored from a state file",
        "restored from snapshot", "returned from paused state", "returned from migration",
        "returned from failed save process", "returned from pmsuspended due to wakeup event",
        "resumed after crashed state", "running in post-copy migration mode", "in a post-copy migration that failed"}},
      {"the domain is blocked on resource", Severity::kWarning, {"the reason is unknown"}},
      {"the domain is paused",
       Severity::kWarning,
       {"the reason is unknown", "paused on user request", "paused for offline migration", "paused for save",
        "paused for offline core dump", "paused due to a disk I/O error", "paused due to a watchdog event",
        "paused after restoring from snapshot", "paused during shutdown process", "paused while creating a snapshot",
        "paused due to a guest crash", "the domain is being started", "paused for post-copy migration",
        "paused after failed post-copy migration", "paused by an API error"}},
      {"the domain is being shut down", Severity::kOkay, {"the reason is unknown", "shutting down on user request"}},
      {"the domain is shut off",
       Severity::kOkay,
       {"the reason is unknown", "normal shutdown", "forced poweroff (destroyed)", "domain crashed",
        "migrated to another host", "saved to a file", "domain failed to start", "restored from a snapshot",
        "stopped by the daemon"}},
      {"the domain is crashed", Severity::kFailure, {"the reason is unknown", "domain panicked"}},
      {"the domain is suspended by guest power management", Severity::kWarning, {"the reason is unknown"}},
  }};
  return all;
}

const State& words_of(int state) {
  return states().at(state >= 0 && static_cast<std::size_t>(state) < states().size() ? static_cast<std::size_t>(state)
                                                                                     : 0);
}

}  // namespace

std::string state_sentence(int state, int reason) {
  const State& known = words_of(state);
  const bool has_reason = reason >= 0 && static_cast<std::size_t>(reason) < known.reasons.size();
  return std::string("Domain state: ") + known.name +
         ". Reason: " + known.reasons.at(has_reason ? static_cast<std::size_t>(reason) : 0);
}

Severity state_severity(int state) { return words_of(state).severity; }

}  // namespace hotspot::collector
