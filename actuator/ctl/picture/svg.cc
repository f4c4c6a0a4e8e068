#include "actuator/ctl/picture/svg.h"

#include <array>
#include <charconv>
#include <string_view>

#include "common/text/characters.h"

namespace hotspot::ctl {
namespace {

// To a hundredth of a pixel, with a '.' in every locale.
std::string number(double value) {
  std::array<char, 400> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 2).ptr;
  std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
  while (written.ends_with('0')) written.remove_suffix(1);
  if (written.ends_with('.')) written.remove_suffix(1);
  return std::string(written == "-0" ? "0" : written);
}

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + value + "\"";
}

// Characters that XML cannot represent become U+FFFD.
std::string escaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const text::Character next = text::first_character(text);
    const std::string_view bytes = text.substr(0, next.bytes);
    text.remove_prefix(next.bytes);
    if (!next.valid || next.code < 0x20 || next.code == 0xFFFE || next.code == 0xFFFF) {
      result += "\xEF\xBF\xBD";
    } else if (next.code == '&') {
      result += "&amp;";
    } else if (next.code == '<') {
      result += "&lt;";
    } else if (next.code == '>') {
      result += "&gt;";
    } else if (next.code == '"') {
      result += "&quot;";
    } else {
      result += bytes;
    }
  }
  return result;
}

struct Writer {
  std::string& out;

  void operator()(const Rectangle& one) const {
    out += "<rect" + attribute("x", number(one.x)) + attribute("y", number(one.y)) +
           attribute("width", number(one.width)) + attribute("height", number(one.height)) +
           attribute("fill", one.color) + (one.opacity < 1 ? attribute("fill-opacity", number(one.opacity)) : "") +
           "/>\n";
  }

  void operator()(const Polyline& one) const {
    std::string points, dashes;
    for (const Point& point : one.points)
      points += (points.empty() ? "" : " ") + number(point.x) + "," + number(point.y);
    for (const double dash : one.dashes) dashes += (dashes.empty() ? "" : ",") + number(dash);
    out += "<polyline" + attribute("points", points) + attribute("fill", "none") + attribute("stroke", one.color) +
           attribute("stroke-width", number(one.width)) +
           (dashes.empty() ? "" : attribute("stroke-dasharray", dashes)) + "/>\n";
  }

  void operator()(const Text& one) const {
    const char* anchor = one.anchor == Anchor::kMiddle ? "middle" : one.anchor == Anchor::kEnd ? "end" : "start";
    out += "<text" + attribute("x", number(one.x)) + attribute("y", number(one.y)) +
           attribute("font-size", number(one.size)) + attribute("text-anchor", anchor) +
           (one.bold ? attribute("font-weight", "bold") : "") + attribute("fill", one.color) + ">" + escaped(one.text) +
           "</text>\n";
  }
};

}  // namespace

std::string svg_text(const Drawing& drawing) {
  const std::string width = number(drawing.width), height = number(drawing.height);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"" +
                    attribute("width", width) + attribute("height", height) +
                    attribute("viewBox", "0 0 " + width + " " + height) +
                    " font-family=\"DejaVu Sans, Verdana, sans-serif\" stroke-linejoin=\"round\">\n";
  for (const Shape& shape : drawing.shapes) std::visit(Writer{out}, shape);
  return out + "</svg>\n";
}

}  // namespace hotspot::ctl
