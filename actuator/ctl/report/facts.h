// A report in words, for the table and for the page of HTML alike.
//
// PURE. Names are as strangers wrote them: whoever shows them makes them visible.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actuator/ctl/report/report.h"

namespace hotspot::ctl::report {

// A time as people of this machine read it.
using TimeText = std::function<std::string(WallTime)>;

// What a report does not know by itself.
struct About {
  std::string cluster;
  std::string mode;  // of the daemon, as its status has it now; empty: not known
  WallTime made_at{};
  std::string version;  // of this program
  TimeText time;
};

struct Fact {
  std::string name, text;
};

// "rig, 7 d from 2026-11-22 14:00:00 to 2026-11-29 14:00:00; mode recommend".
std::string headline(const Report& report, const About& about);
// Hot minutes, what was recommended and done, what it avoided, errors of predictions: what there is of each.
std::vector<Fact> facts_of(const RuleReport& rule);
// "2026-11-24 03:10:05 web1: migrate to h2: the target was hot: NodeCpuHot fired on node h2 (1795-1-d0)".
std::string sentence(const Judged& bad, const TimeText& time);
// "39", "-" for none, of the table.
std::string count_text(std::size_t count);
// "≈ 2 h 50 min": a prediction is never written as a fact.
std::string predicted_text(Milliseconds duration);

}  // namespace hotspot::ctl::report
