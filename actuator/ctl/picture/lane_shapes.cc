#include "actuator/ctl/picture/lane_shapes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hotspot::ctl {
namespace {

constexpr const char* kValueColor = "#0d47a1";
constexpr const char* kLimitColor = "#b71c1c";
constexpr const char* kUntilColor = "#2e7d32";
constexpr double kHatchStep = 7, kLabelHeight = 12;

using rules::LaneColumn;

class LaneMaker {
 public:
  LaneMaker(const PageLane& lane, const Box& box, std::vector<Shape>& shapes)
      : lane_(lane), columns_(lane.lane.columns), box_(box), shapes_(shapes) {
    double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
    const auto take = [&](double value) {
      if (!std::isfinite(value)) return;
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    };
    for (const LaneColumn& column : columns_) {
      if (!column.has_value) continue;
      take(column.lowest);
      take(column.highest);
    }
    for (const rules::ValueLimit& limit : lane.lane.what.limits) take(limit.value);
    axis_ = lowest <= highest ? value_axis(lowest, highest, lane.unit) : ValueAxis{.ticks = {}};
  }

  void make() {
    value_grid();
    shade_where([](const LaneColumn& column) { return column.pending && !column.firing; }, kPendingShade);
    shade_where([](const LaneColumn& column) { return column.firing; }, kFiringShade);
    for_runs([](const LaneColumn& column) { return !column.is_known; },
             [this](const Box& gap) { hatch(gap, shapes_); });
    limits();
    curve();
    frame();
  }

 private:
  double x_of(std::size_t column) const {
    return box_.x + box_.width * static_cast<double>(column) / static_cast<double>(columns_.size());
  }
  double y_of(double value) const {
    const double share =
        (std::clamp(value, axis_.lowest, axis_.highest) - axis_.lowest) / (axis_.highest - axis_.lowest);
    return box_.y + box_.height * (1 - share);
  }

  // Calls back for each run of similar columns, as high as the lane.
  template <typename Is, typename Do>
  void for_runs(const Is& is, const Do& act) {
    for (std::size_t first = 0; first < columns_.size();) {
      std::size_t behind = first;
      while (behind < columns_.size() && is(columns_[behind])) ++behind;
      if (behind > first) act(Box{x_of(first), box_.y, x_of(behind) - x_of(first), box_.height});
      first = std::max(behind, first + 1);
    }
  }

  template <typename Is>
  void shade_where(const Is& is, const Shade& with) {
    for_runs(is, [&](const Box& run) { shapes_.push_back(shade(run, with)); });
  }

  void value_grid() {
    for (const double tick : axis_.ticks) {
      const double y = y_of(tick);
      shapes_.emplace_back(Polyline{{{box_.x, y}, {box_.x + box_.width, y}}, "#e8e8e8"});
      Text text{box_.x - 6, y + 4, value_text(tick, lane_.unit)};
      text.anchor = Anchor::kEnd;
      shapes_.emplace_back(std::move(text));
    }
  }

  void limits() {
    std::vector<rules::ValueLimit> limits;
    for (const rules::ValueLimit& limit : lane_.lane.what.limits) {
      if (std::isfinite(limit.value)) limits.push_back(limit);
    }
    std::stable_sort(limits.begin(), limits.end(), [](const auto& a, const auto& b) { return a.value > b.value; });
    double free = box_.y - 20;
    for (const rules::ValueLimit& limit : limits) {
      const double y = y_of(limit.value);
      shapes_.push_back(limit_line(box_, y, limit.until ? LineOf::kUntil : LineOf::kLimit));
      free = std::max(free, y + 4);
      Text text{box_.x + box_.width + 5, free, limit.comparison + " " + value_text(limit.value, lane_.unit)};
      text.color = limit.until ? kUntilColor : kLimitColor;
      shapes_.emplace_back(std::move(text));
      free += kLabelHeight;
    }
  }

  // From the first value of a column over its extremes to its last, and on to the next column.
  void curve() {
    std::vector<Point> points;
    const auto end = [&] {
      if (points.size() == 1) points.push_back({points[0].x + 1.5, points[0].y});
      if (!points.empty()) shapes_.emplace_back(Polyline{std::move(points), kValueColor, 1.4});
      points.clear();
    };
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const LaneColumn& column = columns_[i];
      if (!column.is_known) end();
      if (!column.has_value) continue;
      if (column.begins) end();
      const double x = (x_of(i) + x_of(i + 1)) / 2;
      points.push_back({x, y_of(column.first)});
      if (column.lowest != column.highest) {
        points.push_back({x, y_of(column.lowest)});
        points.push_back({x, y_of(column.highest)});
        points.push_back({x, y_of(column.last)});
      }
    }
    end();
  }

  void frame() {
    const double right = box_.x + box_.width, below = box_.y + box_.height;
    shapes_.emplace_back(
        Polyline{{{box_.x, box_.y}, {right, box_.y}, {right, below}, {box_.x, below}, {box_.x, box_.y}}, "#9e9e9e"});
  }

  const PageLane& lane_;
  const std::vector<LaneColumn>& columns_;
  const Box& box_;
  std::vector<Shape>& shapes_;
  ValueAxis axis_;
};

}  // namespace

Shape shade(const Box& box, const Shade& shade) {
  return Rectangle{box.x, box.y, box.width, box.height, shade.color, shade.opacity};
}

// Diagonal lines, clipped to the box.
void hatch(const Box& box, std::vector<Shape>& shapes) {
  shapes.emplace_back(Rectangle{box.x, box.y, box.width, box.height, "#eeeeee", 0.85});
  const double right = box.x + box.width, below = box.y + box.height;
  for (double x = std::ceil((box.x - box.height) / kHatchStep) * kHatchStep; x < right; x += kHatchStep) {
    const double from = std::max(x, box.x), to = std::min(x + box.height, right);
    if (to <= from) continue;
    shapes.emplace_back(Polyline{{{from, below - (from - x)}, {to, below - (to - x)}}, "#bdbdbd", 0.8});
  }
}

Shape value_sample(const Box& box) {
  const double y = box.y + box.height / 2;
  return Polyline{
      {{box.x, y + 3}, {box.x + 8, y - 4}, {box.x + 16, y + 2}, {box.x + box.width, y - 3}}, kValueColor, 1.4};
}

Shape limit_line(const Box& box, double y, LineOf of) {
  const bool until = of == LineOf::kUntil;
  return Polyline{{{box.x, y}, {box.x + box.width, y}},
                  until ? kUntilColor : kLimitColor,
                  1.2,
                  until ? std::vector<double>{2, 4} : std::vector<double>{7, 4}};
}

void draw_lane(const PageLane& lane, const Box& box, std::vector<Shape>& shapes) {
  LaneMaker(lane, box, shapes).make();
}

}  // namespace hotspot::ctl
