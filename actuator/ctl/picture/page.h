// The page of a replay's picture: one lane for each rule and subject, one below the other, with a common time axis.
//
// Pure: the function that measures the width of a text is an argument.
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/picture/sheet.h"
#include "actuator/rules/replay/lanes.h"

namespace hotspot::ctl {

// Texts are made visible and cut to fit here.
struct PageLane {
  std::string name;    // "DomainCpuHot: web1 on h1"
  std::string detail;  // "fired 3 times, …"
  MaybeUnit unit;
  rules::Lane lane;
};

struct Page {
  std::string title;
  WallTime from{}, to{};
  model::TimeZone zone;
  std::vector<PageLane> lanes;     // from top to bottom
  std::vector<std::string> notes;  // sentences below the lanes
};

// The number of columns in a lane.
inline constexpr std::size_t kPageColumns = 1020;

Drawing lay_out(const Page& page, const TextWidth& width);

}  // namespace hotspot::ctl
