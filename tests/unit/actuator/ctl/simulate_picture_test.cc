#include "actuator/ctl/simulate_picture.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace hotspot::ctl {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

double eight_a_character(const std::string& text, TextStyle) { return 8.0 * static_cast<double>(text.size()); }

bool says(const Drawing& drawing, const std::string& what) {
  return std::any_of(drawing.shapes.begin(), drawing.shapes.end(), [&](const Shape& shape) {
    const Text* text = std::get_if<Text>(&shape);
    return text != nullptr && text->text.find(what) != std::string::npos;
  });
}

// The curves, not the lines of the legend: those of a colour that have a point for each column.
std::vector<Polyline> curves(const Drawing& drawing, const std::string& color, std::size_t columns) {
  std::vector<Polyline> found;
  for (const Shape& shape : drawing.shapes)
    if (const auto* line = std::get_if<Polyline>(&shape);
        line && line->color == color && line->points.size() == columns)
      found.push_back(*line);
  return found;
}

SimulatedRun run_of(const std::string& rules, const std::vector<double>& hot, double bytes) {
  SimulatedRun run{rules, {}};
  for (const double nodes : hot)
    run.totals.course.add(
        {.length = minutes(30), .hot_node_minutes = {nodes * 30, 0, 0}, .moves = 1, .moved_bytes = bytes});
  return run;
}

class SimulationPicture : public ::testing::Test {
 protected:
  SimulationPicture() {
    scenario_.nodes.resize(2);
    scenario_.domains.resize(1);
    options_.length = hours(2);
  }
  Drawing drawn(const std::vector<SimulatedRun>& runs) const {
    return simulation_drawing({scenario_, options_}, runs, eight_a_character);
  }
  simulation::Scenario scenario_;
  simulation::RunOptions options_;
};

TEST_F(SimulationPicture, HasALineForEachRunInEachOfFourPanels) {
  const Drawing drawing = drawn({run_of("", {0, 2, 2, 2}, 0), run_of("new.yml", {0, 2, 0, 0}, 1024.0 * 1024 * 1024)});
  for (const char* text : {"Simulation of 2 nodes and 1 domain", "without Hotspot", "new.yml", "Hot nodes: CPU",
                           "Hot nodes: memory", "Hot nodes: network", "Moved so far, GiB", "(2 h)"})
    EXPECT_TRUE(says(drawing, text)) << text;
  EXPECT_EQ(curves(drawing, "#757575", 4).size(), 4u);
  const auto with = curves(drawing, "#0072b2", 4);
  ASSERT_EQ(with.size(), 4u);
  const auto& cpu = with.front().points;
  EXPECT_GT(cpu[0].y, cpu[1].y) << "two hot nodes stand above none";
  EXPECT_EQ(cpu[0].y, cpu[2].y);
  EXPECT_LT(cpu[0].x, cpu[1].x);
  const auto& moved = with.back().points;
  for (std::size_t i = 1; i < moved.size(); ++i) EXPECT_LT(moved[i].y, moved[i - 1].y) << "what was moved is summed up";
}

TEST_F(SimulationPicture, OfARunThatHasNothingIsAPageWithoutCurves) {
  const Drawing drawing = drawn({run_of("", {}, 0)});
  EXPECT_TRUE(says(drawing, "Hot nodes: CPU"));
  for (const Shape& shape : drawing.shapes)
    if (const auto* line = std::get_if<Polyline>(&shape)) {
      EXPECT_GE(line->points.size(), 2u);
    }
}

TEST_F(SimulationPicture, ShowsNamesOfStrangersAsTextAndCutsThem) {
  const Drawing drawing = drawn({run_of("", {1}, 0), run_of("\x1b[2J" + std::string(300, 'x'), {1}, 0)});
  for (const Shape& shape : drawing.shapes)
    if (const auto* text = std::get_if<Text>(&shape)) {
      EXPECT_EQ(text->text.find('\x1b'), std::string::npos);
      EXPECT_LT(text->text.size(), 100u) << text->text;
    }
}

}  // namespace
}  // namespace hotspot::ctl
