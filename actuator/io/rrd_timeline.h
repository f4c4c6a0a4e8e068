// A timeline as a picture: one row a subject, a bar for each time in which something held. Drawn by librrd.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::io {

struct TimelineRow {
  std::string label;  // "CpuHot  vm1 on h1  2 h 5 min"
  int color = 0;      // rows of one colour belong together: 0 red, 1 blue, 2 orange, 3 green
  std::vector<std::pair<WallTime, WallTime>> bars;
};

struct Timeline {
  std::string title;
  WallTime from{}, to{};
  std::vector<TimelineRow> rows;  // from above to below
};

// More rows than this cannot be told apart.
inline constexpr std::size_t kMaxTimelineRows = 60;

// Writes a PNG. A bar that is shorter than a pixel is a pixel wide. An error: no rows, or librrd's own words.
Result<void> draw_timeline(const Timeline& timeline, const std::string& png_path);

}  // namespace hotspot::io
