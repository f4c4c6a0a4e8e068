#include "actuator/ctl/simulate_picture.h"

#include <algorithm>
#include <array>
#include <functional>

#include "actuator/ctl/picture/lane_shapes.h"
#include "actuator/ctl/picture/machine_zone.h"
#include "actuator/ctl/picture/png.h"
#include "actuator/ctl/picture/svg.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using simulation::Course;
using simulation::CourseColumn;
using simulation::Resource;

// Doing nothing is grey; colours that people who see no red or green tell apart (Okabe and Ito, 2008).
constexpr std::array kRunColors{"#757575", "#0072b2", "#d55e00", "#009e73", "#cc79a7"};
static_assert(kRunColors.size() == kMostSimulatedSets + 1);

constexpr double kPageWidth = 1226, kPageMargin = 16, kPanelLeft = 84, kPanelWidth = 1100;
constexpr double kPageHead = 92, kPanelHeight = 150, kPanelPitch = 206;  // a plot; a plot with its texts
constexpr std::size_t kMostTimes = 11, kNameColumnsShown = 40;
constexpr TextStyle kPageTitle{17, true}, kPanelTitle{13, true}, kPlain{11, false};

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
      : runs_(runs), width_(width), from_(cluster.scenario.begins), to_(from_ + cluster.options.length) {
    zone_ = machine_zone(from_, to_);
    title_ = "Simulation of " + counted(cluster.scenario.nodes.size(), "node") + " and " +
             counted(cluster.scenario.domains.size(), "domain");
  }

  Drawing make() {
    const std::vector<Panel> panels = all_panels();
    drawing_.width = kPageWidth;
    drawing_.height = kPageHead + kPanelPitch * static_cast<double>(panels.size());
    drawing_.shapes.emplace_back(Rectangle{0, 0, drawing_.width, drawing_.height, "#ffffff"});
    write({kPageMargin, 26, title_}, kPageTitle);
    write({kPageMargin, 46,
           date_text(from_, zone_) + " to " + date_text(to_, zone_) + " (" + text::duration_text(to_ - from_) +
               "), in local time"},
          kPlain);
    legend();
    double y = kPageHead;
    for (const Panel& panel : panels) {
      draw(panel, y);
      y += kPanelPitch;
    }
    return std::move(drawing_);
  }

 private:
  static std::string counted(std::size_t number, const char* what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  }

  void write(Text text, TextStyle style) {
    text.text =
        fitted(text::visible(text.text, text::kMostLineBytes), kPageWidth - kPageMargin - text.x, width_, style);
    text.size = style.size;
    text.bold = style.bold;
    drawing_.shapes.emplace_back(std::move(text));
  }

  void legend() {
    double x = kPageMargin;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const std::string name =
          runs_[i].rules.empty() ? "without Hotspot" : text::visible(runs_[i].rules, kNameColumnsShown);
      drawing_.shapes.emplace_back(Polyline{{{x, 64}, {x + 26, 64}}, kRunColors[i], 2.4});
      drawing_.shapes.emplace_back(Text{x + 32, 68, name});
      x += 32 + width_(name, kPlain) + 22;
    }
  }

  void draw(const Panel& panel, double y) {
    write({kPageMargin, y + 14, panel.title}, kPanelTitle);
    std::vector<std::vector<double>> lines;
    double highest = 0;
    for (const SimulatedRun& run : runs_) {
      lines.push_back(panel.line(run.totals.course));
      for (const double height : lines.back()) highest = std::max(highest, height);
    }
    const Plot plot{{kPanelLeft, y + 24, kPanelWidth, kPanelHeight},
                    value_axis(0, highest > 0 ? highest : 1, std::nullopt)};
    draw_grid(plot);
    for (std::size_t i = 0; i < lines.size(); ++i) draw_line(plot, lines[i], runs_[i].totals.course, kRunColors[i]);
  }

  void draw_grid(const Plot& plot) {
    const Box& box = plot.box;
    for (const double tick : plot.axis.ticks) {
      const double y = plot.height_at(tick);
      drawing_.shapes.emplace_back(Polyline{{{box.x, y}, {box.x + box.width, y}}, "#e8e8e8"});
      Text text{box.x - 6, y + 4, value_text(tick, std::nullopt)};
      text.anchor = Anchor::kEnd;
      drawing_.shapes.emplace_back(std::move(text));
    }
    for (const TimeTick& tick : time_ticks(from_, to_, zone_, kMostTimes)) {
      const double x = time_at(box, tick.at - from_);
      drawing_.shapes.emplace_back(Polyline{{{x, box.y}, {x, box.y + box.height + 3}}, "#d8d8d8"});
      Text text{x, box.y + box.height + 15, tick.text};
      text.anchor = Anchor::kMiddle;
      drawing_.shapes.emplace_back(std::move(text));
    }
  }

  // A point in the middle of each column.
  void draw_line(const Plot& plot, const std::vector<double>& heights, const Course& course, const char* color) {
    std::vector<Point> points;
    Milliseconds begin{0};
    for (std::size_t i = 0; i < heights.size(); ++i) {
      const Milliseconds length = course.columns()[i].length;
      points.push_back({time_at(plot.box, begin + length / 2), plot.height_at(heights[i])});
      begin += length;
    }
    if (points.size() == 1) points.push_back({points[0].x + 1.5, points[0].y});
    if (!points.empty()) drawing_.shapes.emplace_back(Polyline{std::move(points), color, 1.6});
  }

  double time_at(const Box& box, Milliseconds since_begin) const {
    return box.x + box.width * static_cast<double>(since_begin.count()) / static_cast<double>((to_ - from_).count());
  }

  const std::vector<SimulatedRun>& runs_;
  const TextWidth& width_;
  WallTime from_, to_;
  model::TimeZone zone_;
  std::string title_;
  Drawing drawing_;
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
