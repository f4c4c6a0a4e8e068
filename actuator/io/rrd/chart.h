// Panels below each other over one time, as a PNG or an SVG. Each panel is drawn by librrd.
//
// Thread rule: one thread at a time, as librrd's graphs have it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::io {

// The time that a chart shows, in steps of one length.
struct ChartTime {
  WallTime from{};
  Milliseconds step{0};  // whole seconds
  std::size_t steps = 0;
  WallTime to() const { return from + step * static_cast<std::int64_t>(steps); }
};

struct ChartLine {
  enum class Kind { kArea, kLine, kDashed };  // dashed: a limit, which makes no axis longer
  Kind kind = Kind::kLine;
  std::string color;  // "#1565c0"
  std::string label;
  std::vector<double> values;  // one for each step, in the axis' unit; NaN: a gap
};

struct ChartMark {  // a line from above to below
  WallTime at{};
  std::string color;
  std::string label;  // empty: none
};

struct ChartPanel {
  std::string title;
  std::string unit;                  // "%", "GiB": beside the axis
  double least_top = 0;              // the axis reaches at least so far
  double grid = 0;                   // between two lines of the grid; 0: as librrd finds it
  std::optional<double> right_axis;  // ÷ the left one
  std::string right_unit;
  std::vector<ChartLine> lines;
  std::vector<ChartMark> marks;
};

enum class PictureKind { kPng, kSvg };

// The picture's bytes. An error: librrd's own words.
Result<std::string> draw_chart(const ChartTime& time, const std::vector<ChartPanel>& panels, PictureKind kind);

}  // namespace hotspot::io
