#include "actuator/ctl/picture/page.h"

#include <algorithm>
#include <cmath>

#include "actuator/ctl/layout.h"
#include "actuator/ctl/picture/lane_shapes.h"
#include "common/text/characters.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

constexpr double kLeft = 84, kRight = 96, kMargin = 16;
constexpr double kWidth = kLeft + static_cast<double>(kPageColumns) + kRight;
constexpr double kHead = 92, kPlot = 76, kLane = 142;  // heights: title and legend; a curve; a lane with its texts
constexpr std::size_t kMostTicks = 11;
constexpr TextStyle kTitle{17, true}, kName{13, true}, kSmall{11, false};

class PageMaker {
 public:
  PageMaker(const Page& page, const TextWidth& width)
      : page_(page), width_(width), ticks_(time_ticks(page.from, page.to, page.zone, kMostTicks)) {}

  Drawing make() {
    drawing_.width = kWidth;
    drawing_.height = kHead + kLane * static_cast<double>(page_.lanes.size()) +
                      16 * static_cast<double>(page_.notes.size()) + kMargin;
    drawing_.shapes.emplace_back(Rectangle{0, 0, drawing_.width, drawing_.height, "#ffffff"});
    head();
    legend();
    double y = kHead;
    for (const PageLane& lane : page_.lanes) {
      draw(lane, y);
      y += kLane;
    }
    for (const std::string& note : page_.notes) {
      write({kMargin, y + 6, note}, kSmall);
      y += 16;
    }
    return std::move(drawing_);
  }

 private:
  // Cuts the text to fit the page.
  void write(Text text, TextStyle style) {
    text.text = fitted(text::visible(text.text, text::kMostLineBytes), kWidth - kMargin - text.x, width_, style);
    text.size = style.size;
    text.bold = style.bold;
    drawing_.shapes.emplace_back(std::move(text));
  }

  void head() {
    write({kMargin, 26, page_.title}, kTitle);
    write({kMargin, 46,
           date_text(page_.from, page_.zone) + " to " + date_text(page_.to, page_.zone) + " (" +
               text::duration_text(page_.to - page_.from) + "), in local time"},
          kSmall);
  }

  void legend() {
    double x = kMargin;
    const auto entry = [&](const char* text, const std::function<void(const Box&)>& sample) {
      const Box box{x, 58, 26, 12};
      sample(box);
      drawing_.shapes.emplace_back(Text{x + 32, 68, text});
      x += 32 + width_(text, kSmall) + 22;
    };
    auto& shapes = drawing_.shapes;
    entry("value of the rule's expression", [&](const Box& box) { shapes.push_back(value_sample(box)); });
    entry("limit", [&](const Box& box) { shapes.push_back(limit_line(box, box.y + 6, LineOf::kLimit)); });
    entry("until", [&](const Box& box) { shapes.push_back(limit_line(box, box.y + 6, LineOf::kUntil)); });
    entry("fires", [&](const Box& box) { shapes.push_back(shade(box, kFiringShade)); });
    entry("pending", [&](const Box& box) { shapes.push_back(shade(box, kPendingShade)); });
    entry("no data", [&](const Box& box) { hatch(box, shapes); });
  }

  void draw(const PageLane& lane, double y) {
    write({kMargin, y + 14, lane.name}, kName);
    Text detail{kMargin, y + 29, lane.detail};
    detail.color = "#555555";
    write(std::move(detail), kSmall);
    const Box plot{kLeft, y + 38, static_cast<double>(kPageColumns), kPlot};
    draw_times(plot);
    draw_lane(lane, plot, drawing_.shapes);
  }

  void draw_times(const Box& plot) {
    const double span = std::max<double>(1, static_cast<double>((page_.to - page_.from).count()));
    double free = 0;
    for (const TimeTick& tick : ticks_) {
      const double x = plot.x + plot.width * static_cast<double>((tick.at - page_.from).count()) / span;
      drawing_.shapes.emplace_back(Polyline{{{x, plot.y}, {x, plot.y + plot.height + 3}}, "#d8d8d8"});
      const double half = width_(tick.text, kSmall) / 2;
      if (x - half < free) continue;
      Text text{x, plot.y + plot.height + 15, tick.text};
      text.anchor = Anchor::kMiddle;
      drawing_.shapes.emplace_back(std::move(text));
      free = x + half + 8;
    }
  }

  const Page& page_;
  const TextWidth& width_;
  std::vector<TimeTick> ticks_;
  Drawing drawing_;
};

}  // namespace

std::string fitted(const std::string& text, double most, const TextWidth& width, TextStyle style) {
  if (width(text, style) <= most) return text;
  std::size_t fits = 0, too_wide = text::columns_of(text) + 1;
  while (too_wide - fits > 1) {
    const std::size_t half = fits + (too_wide - fits) / 2;
    (width(shortened(text, half), style) <= most ? fits : too_wide) = half;
  }
  return shortened(text, fits);
}

Drawing lay_out(const Page& page, const TextWidth& width) { return PageMaker(page, width).make(); }

}  // namespace hotspot::ctl
