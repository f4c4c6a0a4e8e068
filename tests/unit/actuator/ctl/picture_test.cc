// The page of a replay's picture, and its two forms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/ctl/picture/machine_zone.h"
#include "actuator/ctl/picture/page.h"
#include "actuator/ctl/picture/png.h"
#include "actuator/ctl/picture/svg.h"
#include "actuator/io/rrd/picture.h"
#include "common/text/characters.h"

namespace hotspot::ctl {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kFirstDay = 1795392000;  // 2026-11-23 00:00 UTC

double seven_pixels(const std::string& text, TextStyle) { return 7.0 * static_cast<double>(text::columns_of(text)); }

PageLane lane_of(const std::string& name, const std::vector<double>& values) {
  PageLane lane{.name = name, .detail = "fired once", .unit = model::Unit::kRatio, .lane = {}};
  for (const double value : values) {
    rules::LaneColumn column{.first = value, .last = value, .lowest = value, .highest = value};
    column.has_value = column.is_known = value >= 0;
    lane.lane.columns.push_back(column);
  }
  return lane;
}

Page page_of(std::vector<PageLane> lanes) {
  return {.title = "Replay of a.yml",
          .from = from_unix_ms(kFirstDay * 1000),
          .to = from_unix_ms((kFirstDay + 7 * 86400) * 1000),
          .zone = {},
          .lanes = std::move(lanes),
          .notes = {}};
}

template <typename Kind>
std::vector<Kind> shapes_of(const Drawing& drawing, const std::string& color = "") {
  std::vector<Kind> found;
  for (const Shape& shape : drawing.shapes) {
    const Kind* one = std::get_if<Kind>(&shape);
    if (one != nullptr && (color.empty() || one->color == color)) found.push_back(*one);
  }
  return found;
}

std::vector<std::string> texts_of(const Drawing& drawing) {
  std::vector<std::string> texts;
  for (const Text& text : shapes_of<Text>(drawing)) texts.push_back(text.text);
  return texts;
}

double y_of_text(const Drawing& drawing, const std::string& text) {
  for (const Text& one : shapes_of<Text>(drawing)) {
    if (one.text == text) return one.y;
  }
  return -1;
}

constexpr const char* kLimitLine = "#b71c1c";
constexpr const char* kCurve = "#0d47a1";
constexpr const char* kFires = "#e53935";
constexpr const char* kPending = "#fb8c00";
constexpr const char* kNoData = "#eeeeee";

TEST(Picture, SaysTheRangeTheZoneAndTheFile) {
  const Drawing drawing = lay_out(page_of({lane_of("Hot: web1 on h1", {0.5})}), seven_pixels);
  EXPECT_THAT(texts_of(drawing), Contains("Replay of a.yml"));
  EXPECT_THAT(texts_of(drawing),
              Contains("Mon 2026-11-23 00:00:00 UTC to Mon 2026-11-30 00:00:00 UTC (7 d), in local time"));
  EXPECT_THAT(texts_of(drawing), Contains("Hot: web1 on h1"));
  for (const char* kind : {"value of the rule's expression", "limit", "until", "fires", "pending", "no data"})
    EXPECT_THAT(texts_of(drawing), Contains(kind));
}

TEST(Picture, TheLimitIsALineAtItsHeightOnTheValueAxis) {
  PageLane lane = lane_of("Hot", {0.5, 0.95, 0.5});
  lane.lane.what.limits = {{">", 0.75, false}};
  const Drawing drawing = lay_out(page_of({lane}), seven_pixels);
  const auto lines = shapes_of<Polyline>(drawing, kLimitLine);
  ASSERT_EQ(lines.size(), 2U) << "the legend's and the lane's";
  const Polyline& line = lines.back();
  EXPECT_EQ(line.points[0].y, line.points[1].y);
  EXPECT_FALSE(line.dashes.empty());
  const double top = y_of_text(drawing, "100 %"), below = y_of_text(drawing, "0 %");
  const double three_quarters = y_of_text(drawing, "75 %");
  EXPECT_NEAR(three_quarters, top + (below - top) / 4, 0.01);
  EXPECT_NEAR(line.points[0].y, three_quarters - 4, 0.01) << "texts stand four pixels below their line";
  EXPECT_THAT(texts_of(drawing), Contains("> 75 %"));
}

TEST(Picture, TheCurveGoesThroughItsValues) {
  const Drawing drawing = lay_out(page_of({lane_of("Hot", {0, 0.5, 1})}), seven_pixels);
  const auto curves = shapes_of<Polyline>(drawing, kCurve);
  ASSERT_EQ(curves.size(), 2U);
  ASSERT_EQ(curves.back().points.size(), 3U);
  EXPECT_NEAR(curves.back().points[0].y, y_of_text(drawing, "0 %") - 4, 0.01);
  EXPECT_NEAR(curves.back().points[1].y, y_of_text(drawing, "50 %") - 4, 0.01);
  EXPECT_NEAR(curves.back().points[2].y, y_of_text(drawing, "100 %") - 4, 0.01);
  EXPECT_LT(curves.back().points[0].x, curves.back().points[1].x);
}

TEST(Picture, AGapIsNotJoinedAndIsShaded) {
  const Drawing drawing = lay_out(page_of({lane_of("Hot", {0.1, 0.2, -1, -1, 0.3, 0.4})}), seven_pixels);
  EXPECT_EQ(shapes_of<Polyline>(drawing, kCurve).size(), 3U) << "the legend's and one on each side of the gap";
  const auto gaps = shapes_of<Rectangle>(drawing, kNoData);
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_NEAR(gaps.back().width, static_cast<double>(kPageColumns) / 3, 0.01);
}

TEST(Picture, ShadesFiringsAndLighterWhatIsPending) {
  PageLane lane = lane_of("Hot", {0.1, 0.2, 0.3, 0.4});
  lane.lane.columns[1].pending = true;
  lane.lane.columns[2].pending = lane.lane.columns[2].firing = true;
  lane.lane.columns[3].firing = true;
  const Drawing drawing = lay_out(page_of({lane}), seven_pixels);
  const auto fires = shapes_of<Rectangle>(drawing, kFires), pending = shapes_of<Rectangle>(drawing, kPending);
  ASSERT_EQ(fires.size(), 2U);
  ASSERT_EQ(pending.size(), 2U);
  EXPECT_NEAR(fires.back().width, kPageColumns / 2.0, 0.01);
  EXPECT_NEAR(pending.back().x + pending.back().width, fires.back().x, 0.01);
  EXPECT_LT(pending.back().opacity, fires.back().opacity);
}

TEST(Picture, EachLaneStandsBelowTheOneBeforeIt) {
  const Drawing one = lay_out(page_of({lane_of("A", {0.5})}), seven_pixels);
  const Drawing two = lay_out(page_of({lane_of("A", {0.5}), lane_of("B", {0.5})}), seven_pixels);
  EXPECT_GT(y_of_text(two, "B"), y_of_text(two, "A") + 100);
  EXPECT_EQ(two.height - one.height, y_of_text(two, "B") - y_of_text(two, "A"));
}

TEST(Picture, NothingLeavesThePage) {
  PageLane lane = lane_of(std::string(2000, 'W'), {0.1, 0.9, -1, 0.3});
  lane.detail = std::string(3000, 'm');
  lane.lane.what.limits = {{">", 1e9, false}, {"<", -1e9, false}, {">", 1e9 + 1, true}};
  lane.unit = std::nullopt;
  Page page = page_of({lane});
  page.title = std::string(500, 'T');
  page.notes = {std::string(2500, 'n')};
  const Drawing drawing = lay_out(page, seven_pixels);
  for (const Text& text : shapes_of<Text>(drawing)) {
    const double width = seven_pixels(text.text, {}), left = text.anchor == Anchor::kEnd ? text.x - width : text.x;
    EXPECT_GE(left, 0) << text.text;
    EXPECT_LE(text.anchor == Anchor::kBegin ? text.x + width : text.x, drawing.width) << text.text;
    EXPECT_LE(text.y, drawing.height) << text.text;
  }
  for (const Polyline& line : shapes_of<Polyline>(drawing)) {
    for (const Point& point : line.points) {
      EXPECT_TRUE(point.x >= 0 && point.x <= drawing.width && point.y >= 0 && point.y <= drawing.height)
          << point.x << ", " << point.y;
    }
  }
}

TEST(Picture, NamesAreShortenedInTheMiddle) {
  const Drawing drawing = lay_out(page_of({lane_of("begin" + std::string(400, 'x') + "end", {0.5})}), seven_pixels);
  EXPECT_THAT(texts_of(drawing),
              Contains(::testing::AllOf(::testing::StartsWith("begin"), ::testing::EndsWith("end"), HasSubstr("…"))));
}

TEST(Picture, NamesOfStrangersAreVisibleAndEscaped) {
  const std::string name = "<script>&\"\x1b[31m\n\u202Eevil Grün 仮想 \xff";
  const std::string svg = svg_text(lay_out(page_of({lane_of(name, {0.5})}), seven_pixels));
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;&amp;&quot;\\x1b[31m"));
  EXPECT_THAT(svg, HasSubstr("Grün 仮想"));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, Not(HasSubstr("\x1b")));
  EXPECT_THAT(svg, Not(HasSubstr("\u202E")));
}

TEST(Picture, SvgHoldsWhatXmlCanHold) {
  Drawing drawing{.width = 10, .height = 10, .shapes = {}};
  drawing.shapes.emplace_back(Text{1.25, 2,
                                   "a\x01\xEF\xBF\xBF"
                                   "b\xc3"});
  drawing.shapes.emplace_back(Polyline{{{0, 0.333333}, {1, -0.0}}, "#000000", 1, {2, 4}});
  const std::string svg = svg_text(drawing);
  EXPECT_THAT(svg, HasSubstr(">a\uFFFD\uFFFDb\uFFFD<"));
  EXPECT_THAT(svg, HasSubstr("x=\"1.25\" y=\"2\""));
  EXPECT_THAT(svg, HasSubstr("points=\"0,0.33 1,0\""));
  EXPECT_THAT(svg, HasSubstr("stroke-dasharray=\"2,4\""));
}

TEST(Picture, PngHasTheSizeOfTheDrawing) {
  const Drawing drawing = lay_out(page_of({lane_of("Grün 仮想 🙂", {0.1, 0.9}), lane_of("B", {-1})}), text_width);
  const auto bytes = png_bytes(drawing);
  ASSERT_TRUE(bytes) << bytes.error().message;
  ASSERT_GT(bytes->size(), 24U);
  EXPECT_EQ(bytes->substr(1, 3), "PNG");
  const auto number = [&](std::size_t at) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>((*bytes)[at + i]);
    return value;
  };
  EXPECT_EQ(number(16), static_cast<unsigned>(drawing.width));
  EXPECT_EQ(number(20), static_cast<unsigned>(drawing.height));
}

TEST(Picture, ALineBeginsWhereItBeginsWhateverWasDrawnBefore) {
  const Shape text = Text{10, 20, "text"}, line = Polyline{{{60, 60}, {80, 80}}, "#000000"};
  const Rectangle page{0, 0, 100, 100, "#ffffff"};
  const auto after = png_bytes({100, 100, {page, text, line}}), before = png_bytes({100, 100, {page, line, text}});
  ASSERT_TRUE(after && before);
  EXPECT_TRUE(*after == *before) << "something joins the text and the line";
}

TEST(Picture, APngThatNobodyCanDrawIsAnError) {
  const auto bytes = png_bytes({.width = 1e6, .height = 1e6, .shapes = {}});
  ASSERT_FALSE(bytes);
  EXPECT_THAT(bytes.error().message, HasSubstr("cannot draw: "));
}

TEST(Picture, PngsThatAreTooHighBelowEachOtherAreAnError) {
  const auto one = png_bytes({.width = 2, .height = 20'000, .shapes = {}});
  ASSERT_TRUE(one) << one.error().message;
  const auto all = io::stacked_png({*one, *one});
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().message,
            "cannot draw: a PNG has at most 32767 pixels from top to bottom: ask for less at once, or for an .svg");
  EXPECT_TRUE(io::stacked_png({*one}));
}

TEST(Picture, WiderTextsAreWider) {
  EXPECT_GT(text_width("WWWW", {}), text_width("iiii", {}));
  EXPECT_GT(text_width("name", {13, true}), text_width("name", {11, false}));
  EXPECT_EQ(text_width("", {}), 0);
}

TEST(MachineZone, IsWhatTheMachineShows) {
  const char* before = getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TZ", "Europe/Berlin", 1);
  tzset();
  const WallTime change = from_unix_ms(1774746000'000);  // 2026-03-29, 01:00 UTC
  const model::TimeZone zone = machine_zone(change - std::chrono::hours(50), change + std::chrono::hours(50));
  EXPECT_EQ(date_text(change - std::chrono::seconds(1), zone), "Sun 2026-03-29 01:59:59 CET");
  EXPECT_EQ(date_text(change, zone), "Sun 2026-03-29 03:00:00 CEST");
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
}

}  // namespace
}  // namespace hotspot::ctl
