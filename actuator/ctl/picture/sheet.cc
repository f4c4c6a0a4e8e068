#include "actuator/ctl/picture/sheet.h"

#include <algorithm>
#include <utility>

#include "actuator/ctl/layout.h"
#include "common/text/characters.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kMostTicks = 11;

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

Sheet::Sheet(Period period, const TextWidth& width)
    : period_(std::move(period)),
      width_(width),
      ticks_(time_ticks(period_.from, period_.to, period_.zone, kMostTicks)) {}

void Sheet::begin(double width, double height) {
  drawing_.width = width;
  drawing_.height = height;
  drawing_.shapes.emplace_back(Rectangle{0, 0, width, height, "#ffffff"});
}

void Sheet::head(const std::string& title) {
  write({kSheetMargin, 26, title}, kTitleStyle);
  write({kSheetMargin, 46,
         date_text(period_.from, period_.zone) + " to " + date_text(period_.to, period_.zone) + " (" +
             text::duration_text(period_.to - period_.from) + "), in local time"},
        kSmallStyle);
}

void Sheet::write(Text text, TextStyle style) {
  const double most = drawing_.width - kSheetMargin - text.x;
  text.text = fitted(text::visible(text.text, text::kMostLineBytes), most, width_, style);
  text.size = style.size;
  text.bold = style.bold;
  drawing_.shapes.emplace_back(std::move(text));
}

// A text that would touch the one before is left out.
void Sheet::times(const Box& plot) {
  const double span = std::max<double>(1, static_cast<double>((period_.to - period_.from).count()));
  double free = 0;
  for (const TimeTick& tick : ticks_) {
    const double x = plot.x + plot.width * static_cast<double>((tick.at - period_.from).count()) / span;
    drawing_.shapes.emplace_back(Polyline{{{x, plot.y}, {x, plot.y + plot.height + 3}}, "#d8d8d8"});
    const double half = width_(tick.text, kSmallStyle) / 2;
    if (x - half < free) continue;
    Text text{x, plot.y + plot.height + 15, tick.text};
    text.anchor = Anchor::kMiddle;
    drawing_.shapes.emplace_back(std::move(text));
    free = x + half + 8;
  }
}

}  // namespace hotspot::ctl
