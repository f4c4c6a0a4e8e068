// A report in words, for both the table and the HTML page.
//
// PURE. Names may be from strangers: the caller makes them visible.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actuator/ctl/report/report.h"

namespace hotspot::ctl::report {

// A time in this machine's local format.
using TimeText = std::function<std::string(WallTime)>;

// What the report itself does not know.
struct About {
  std::string cluster;
  std::string mode;  // of the daemon, from its present status; empty: not known
  WallTime made_at{};
  std::string version;  // of this program
  TimeText time;
};

struct Fact {
  std::string name, text;
};

// "rig, 7 d from 2026-11-22 14:00:00 to 2026-11-29 14:00:00; mode recommend".
std::string headline(const Report& report, const About& about);
// Hot minutes, recommendations and actions, what they avoided, errors of predictions: those that apply.
std::vector<Fact> facts_of(const RuleReport& rule);
// "2026-11-24 03:10:05 web1: migrate to h2: the target was hot: NodeCpuHot fired on node h2 (1795-1-d0)".
std::string sentence(const Judged& bad, const TimeText& time);
// For the table: "39", or "-" for none.
std::string count_text(std::size_t count);
// "≈ 2 h 50 min": a prediction is never printed as a fact.
std::string predicted_text(Milliseconds duration);

}  // namespace hotspot::ctl::report
