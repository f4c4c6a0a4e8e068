// A drawing: rectangles, lines and texts on a white page, in pixels from its upper left corner. Later shapes cover
// earlier ones.
//
// Pure. Texts are visible (text::visible). svg.h and png.h write it to a file.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace hotspot::ctl {

struct Point {
  double x = 0, y = 0;
};

struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
  std::string color;  // "#rrggbb"
  double opacity = 1;
};

struct Polyline {
  std::vector<Point> points;  // at least two
  std::string color;
  double width = 1;
  std::vector<double> dashes{};  // empty: a solid line
};

enum class Anchor { kBegin, kMiddle, kEnd };  // which part of the text is at x

struct Text {
  double x = 0, y = 0;  // of the text's baseline
  std::string text;
  double size = 11;
  Anchor anchor = Anchor::kBegin;
  bool bold = false;
  std::string color = "#222222";
};

using Shape = std::variant<Rectangle, Polyline, Text>;

struct Drawing {
  double width = 0, height = 0;
  std::vector<Shape> shapes;
};

}  // namespace hotspot::ctl
