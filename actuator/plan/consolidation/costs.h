// The one currency of the consolidation planner: seconds in which a node lacks CPU. Energy and moves are converted to
// it.
#pragma once

#include <cstddef>

namespace hotspot::plan::consolidation {

struct Costs {
  // The one knob: seconds of violation that are as bad as a watt for one tick. More saves energy, less avoids
  // violations.
  double seconds_per_watt_tick = 0.18;

  // A move by itself, and what it loses of the domain's work: a tenth while it is copied. Work that is lost counts as
  // so many times the seconds in which its node would do it.
  double move_seconds = 2.35;
  double lost_share = 0.1;
  double lost_work_weight = 26.6;

  // How long a node lacks CPU when it is overloaded at a tick: until domains have left it.
  double overload_seconds = 22;
};

// How many ticks ahead each kind of step is judged: the longer, the more is moved for what may not last.
struct Horizons {
  double pack = 20, relieve = 11, empty = 24, balance = 7, open = 15;
};

struct Policy {
  Costs costs;
  Horizons horizons;
  double balance_gain = 6;  // the least for which a domain is moved to balance
};

}  // namespace hotspot::plan::consolidation
