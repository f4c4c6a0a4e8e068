// Draws panels below each other with a common time axis, as a PNG or an SVG. Each panel is drawn by librrd.
//
// Thread rule: one thread at a time, because of librrd's graphs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::io {

// The time range of a chart, in equal steps.
struct ChartTime {
  WallTime from{};
  Milliseconds step{0};  // whole seconds
  std::size_t steps = 0;
  WallTime to() const { return from + step * static_cast<std::int64_t>(steps); }
};

struct ChartLine {
  enum class Kind { kArea, kLine, kDashed };  // dashed: a limit, which does not extend the axis
  Kind kind = Kind::kLine;
  std::string color;  // "#1565c0"
  std::string label;
  std::vector<double> values;  // one for each step, in the axis' unit; NaN: a gap
};

struct ChartMark {  // a vertical line
  WallTime at{};
  std::string color;
  std::string label;  // empty: none
};

struct ChartPanel {
  std::string title;
  std::string unit;                  // "%", "GiB": beside the axis
  double least_top = 0;              // the axis extends at least to this value
  double grid = 0;                   // between two grid lines; 0: chosen by librrd
  std::optional<double> right_axis;  // ÷ the left one
  std::string right_unit;
  std::vector<ChartLine> lines;
  std::vector<ChartMark> marks;
};

enum class PictureKind { kPng, kSvg };

// The picture's bytes. Errors are librrd's own.
Result<std::string> draw_chart(const ChartTime& time, const std::vector<ChartPanel>& panels, PictureKind kind);

}  // namespace hotspot::io
