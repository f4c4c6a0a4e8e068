#include "actuator/ctl/simulate_picture.h"

#include <algorithm>
#include <array>
#include <functional>

#include "actuator/ctl/picture/machine_zone.h"
#include "actuator/ctl/picture/png.h"
#include "actuator/ctl/picture/svg.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using simulation::Course;
using simulation::CourseColumn;
using simulation::Resource;

// Doing nothing is grey; colours that people who see no red or green tell apart (Okabe and Ito, 2008).
constexpr std::array kRunColors{"#757575", "#0072b2", "#d55e00", "#009e73", "#cc79a7"};
static_assert(kRunColors.size() == kMostSimulatedSets + 1);

constexpr double kPageWidth = 1226, kPanelLeft = 84, kPanelWidth = 1100;
constexpr double kPageHead = 92, kPanelHeight = 150, kPanelPitch = 206;  // a plot; a plot with its texts
constexpr std::size_t kNameColumnsShown = 40;

struct Panel {
  std::string title;
  // The heights of a run's line, a number a column.
  std::function<std::vector<double>(const Course&)> line;
};

Panel hot_panel(const char* title, Resource resource) {
  return {title, [resource](const Course& course) {
            std::vector<double> heights;
            for (const CourseColumn& column : course.columns())
              heights.push_back(column.hot_nodes(static_cast<std::size_t>(resource)));
            return heights;
          }};
}

std::vector<Panel> all_panels() {
  const auto moved = [](const Course& course) {
    std::vector<double> heights;
    double bytes = 0;
    for (const CourseColumn& column : course.columns()) {
      bytes += column.moved_bytes;
      heights.push_back(bytes / static_cast<double>(kGibibyte));
    }
    return heights;
  };
  return {hot_panel("Hot nodes: CPU", Resource::kCpu), hot_panel("Hot nodes: memory", Resource::kMemory),
          hot_panel("Hot nodes: network", Resource::kNetwork), Panel{"Moved so far, GiB", moved}};
}

struct Plot {
  Box box;
  ValueAxis axis;
  double height_at(double value) const {
    const double share = (std::clamp(value, axis.lowest, axis.highest) - axis.lowest) / (axis.highest - axis.lowest);
    return box.y + box.height * (1 - share);
  }
};

class SimulationPage {
 public:
  SimulationPage(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs, const TextWidth& width)
      : cluster_(cluster), runs_(runs), sheet_(period_of(cluster), width) {}

  Drawing make() {
    const std::vector<Panel> panels = all_panels();
    sheet_.begin(kPageWidth, kPageHead + kPanelPitch * static_cast<double>(panels.size()));
    sheet_.head("Simulation of " + counted(cluster_.scenario.nodes.size(), "node") + " and " +
                counted(cluster_.scenario.domains.size(), "domain"));
    legend();
    double y = kPageHead;
    for (const Panel& panel : panels) {
      draw(panel, y);
      y += kPanelPitch;
    }
    return sheet_.take();
  }

 private:
  static Sheet::Period period_of(const SimulatedCluster& cluster) {
    const WallTime from = cluster.scenario.begins, to = from + cluster.options.length;
    return {from, to, machine_zone(from, to)};
  }
  static std::string counted(std::size_t number, const char* what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  }

  void legend() {
    double x = kSheetMargin;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const std::string name =
          runs_[i].rules.empty() ? "without Hotspot" : text::visible(runs_[i].rules, kNameColumnsShown);
      sheet_.shapes().emplace_back(Polyline{{{x, 64}, {x + 26, 64}}, kRunColors[i], 2.4});
      sheet_.shapes().emplace_back(Text{x + 32, 68, name});
      x += 32 + sheet_.width_of(name, kSmallStyle) + 22;
    }
  }

  void draw(const Panel& panel, double y) {
    sheet_.write({kSheetMargin, y + 14, panel.title}, kNameStyle);
    std::vector<std::vector<double>> lines;
    double highest = 0;
    for (const SimulatedRun& run : runs_) {
      lines.push_back(panel.line(run.totals.course));
      for (const double height : lines.back()) highest = std::max(highest, height);
    }
    const Plot plot{{kPanelLeft, y + 24, kPanelWidth, kPanelHeight},
                    value_axis(0, highest > 0 ? highest : 1, std::nullopt)};
    draw_values(plot);
    sheet_.times(plot.box);
    for (std::size_t i = 0; i < lines.size(); ++i) draw_line(plot, lines[i], runs_[i].totals.course, kRunColors[i]);
  }

  void draw_values(const Plot& plot) {
    for (const double tick : plot.axis.ticks) {
      const double y = plot.height_at(tick);
      sheet_.shapes().emplace_back(Polyline{{{plot.box.x, y}, {plot.box.x + plot.box.width, y}}, "#e8e8e8"});
      Text text{plot.box.x - 6, y + 4, value_text(tick, std::nullopt)};
      text.anchor = Anchor::kEnd;
      sheet_.shapes().emplace_back(std::move(text));
    }
  }

  // A point in the middle of each column.
  void draw_line(const Plot& plot, const std::vector<double>& heights, const Course& course, const char* color) {
    const double per_ms = plot.box.width / static_cast<double>(cluster_.options.length.count());
    std::vector<Point> points;
    Milliseconds begin{0};
    for (std::size_t i = 0; i < heights.size(); ++i) {
      const Milliseconds length = course.columns()[i].length;
      points.push_back(
          {plot.box.x + per_ms * static_cast<double>((begin + length / 2).count()), plot.height_at(heights[i])});
      begin += length;
    }
    if (points.size() == 1) points.push_back({points[0].x + 1.5, points[0].y});
    if (!points.empty()) sheet_.shapes().emplace_back(Polyline{std::move(points), color, 1.6});
  }

  const SimulatedCluster& cluster_;
  const std::vector<SimulatedRun>& runs_;
  Sheet sheet_;
};

}  // namespace

Drawing simulation_drawing(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs,
                           const TextWidth& width) {
  return SimulationPage(cluster, runs, width).make();
}

Result<std::string> simulation_picture(const SimulatedCluster& cluster, const std::vector<SimulatedRun>& runs,
                                       PictureKind kind) {
  const Drawing drawing = simulation_drawing(cluster, runs, text_width);
  return kind == PictureKind::kSvg ? Result<std::string>(svg_text(drawing)) : png_bytes(drawing);
}

}  // namespace hotspot::ctl
