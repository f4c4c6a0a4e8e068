// A sheet of plots with a common time axis: its title and period, texts that are cut to fit, and the times below each
// plot.
//
// Pure: the function that measures the width of a text is an argument.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actuator/ctl/picture/axis.h"
#include "actuator/ctl/picture/drawing.h"

namespace hotspot::ctl {

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};

struct TextStyle {
  double size = 11;
  bool bold = false;
};
using TextWidth = std::function<double(const std::string& text, TextStyle style)>;

inline constexpr double kSheetMargin = 16;
inline constexpr TextStyle kTitleStyle{17, true}, kNameStyle{13, true}, kSmallStyle{11, false};

// At most this wide, shortened in the middle.
std::string fitted(const std::string& text, double most, const TextWidth& width, TextStyle style);

class Sheet {
 public:
  struct Period {
    WallTime from{}, to{};
    model::TimeZone zone;
  };
  // `width` must outlive it.
  Sheet(Period period, const TextWidth& width);

  // White, and so large; comes first.
  void begin(double width, double height);
  void head(const std::string& title);
  // Made visible, and cut to fit.
  void write(Text text, TextStyle style);
  // The lines and texts of the time axis; `plot` is as wide as the period.
  void times(const Box& plot);

  double width_of(const std::string& text, TextStyle style) const { return width_(text, style); }
  std::vector<Shape>& shapes() { return drawing_.shapes; }
  Drawing take() { return std::move(drawing_); }

 private:
  Period period_;
  const TextWidth& width_;
  std::vector<TimeTick> ticks_;
  Drawing drawing_;
};

}  // namespace hotspot::ctl
