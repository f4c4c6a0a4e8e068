#include "actuator/ctl/picture/page.h"

#include <functional>

#include "actuator/ctl/picture/lane_shapes.h"

namespace hotspot::ctl {
namespace {

constexpr double kLeft = 84, kRight = 96;
constexpr double kWidth = kLeft + static_cast<double>(kPageColumns) + kRight;
constexpr double kHead = 92, kPlot = 76, kLane = 142;  // heights: title and legend; a curve; a lane with its texts

class PageMaker {
 public:
  PageMaker(const Page& page, const TextWidth& width) : page_(page), sheet_({page.from, page.to, page.zone}, width) {}

  Drawing make() {
    sheet_.begin(kWidth, kHead + kLane * static_cast<double>(page_.lanes.size()) +
                             16 * static_cast<double>(page_.notes.size()) + kSheetMargin);
    sheet_.head(page_.title);
    legend();
    double y = kHead;
    for (const PageLane& lane : page_.lanes) {
      draw(lane, y);
      y += kLane;
    }
    for (const std::string& note : page_.notes) {
      sheet_.write({kSheetMargin, y + 6, note}, kSmallStyle);
      y += 16;
    }
    return sheet_.take();
  }

 private:
  void legend() {
    double x = kSheetMargin;
    auto& shapes = sheet_.shapes();
    const auto entry = [&](const char* text, const std::function<void(const Box&)>& sample) {
      const Box box{x, 58, 26, 12};
      sample(box);
      shapes.emplace_back(Text{x + 32, 68, text});
      x += 32 + sheet_.width_of(text, kSmallStyle) + 22;
    };
    entry("value of the rule's expression", [&](const Box& box) { shapes.push_back(value_sample(box)); });
    entry("limit", [&](const Box& box) { shapes.push_back(limit_line(box, box.y + 6, LineOf::kLimit)); });
    entry("until", [&](const Box& box) { shapes.push_back(limit_line(box, box.y + 6, LineOf::kUntil)); });
    entry("fires", [&](const Box& box) { shapes.push_back(shade(box, kFiringShade)); });
    entry("pending", [&](const Box& box) { shapes.push_back(shade(box, kPendingShade)); });
    entry("no data", [&](const Box& box) { hatch(box, shapes); });
  }

  void draw(const PageLane& lane, double y) {
    sheet_.write({kSheetMargin, y + 14, lane.name}, kNameStyle);
    Text detail{kSheetMargin, y + 29, lane.detail};
    detail.color = "#555555";
    sheet_.write(std::move(detail), kSmallStyle);
    const Box plot{kLeft, y + 38, static_cast<double>(kPageColumns), kPlot};
    sheet_.times(plot);
    draw_lane(lane, plot, sheet_.shapes());
  }

  const Page& page_;
  Sheet sheet_;
};

}  // namespace

Drawing lay_out(const Page& page, const TextWidth& width) { return PageMaker(page, width).make(); }

}  // namespace hotspot::ctl
