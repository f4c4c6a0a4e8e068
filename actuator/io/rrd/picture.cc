#include "actuator/io/rrd/picture.h"

#include <cairo.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace hotspot::io {
namespace {

constexpr int kMostHeight = 32767;  // of cairo's images

struct Free {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using Surface = std::unique_ptr<cairo_surface_t, Free>;
using Painter = std::unique_ptr<cairo_t, Free>;

cairo_status_t take_bytes(void* from, unsigned char* into, unsigned count) {
  auto* rest = static_cast<std::string_view*>(from);
  if (rest->size() < count) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(into, rest->data(), count);
  rest->remove_prefix(count);
  return CAIRO_STATUS_SUCCESS;
}

cairo_status_t add_bytes(void* to, const unsigned char* bytes, unsigned count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

Error cairo_error(cairo_status_t status) {
  return Error{std::string("cannot draw: ") + cairo_status_to_string(status)};
}

// `width="881pt"` → 881; also removes the unit from the text.
double plain_size(std::string& tag, const char* name) {
  const std::string begin = std::string(" ") + name + "=\"";
  const std::size_t at = tag.find(begin);
  if (at == std::string::npos) return 0;
  const std::size_t value = at + begin.size(), end = tag.find('"', value);
  if (end == std::string::npos) return 0;
  const double size = std::strtod(tag.c_str() + value, nullptr);
  tag.replace(value, end - value, std::to_string(static_cast<int>(size)));
  return size;
}

std::string with_prefix(std::string text, std::string_view before, const std::string& prefix) {
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + before.size()))
    text.insert(at + before.size(), prefix);
  return text;
}

}  // namespace

Result<std::string> stacked_png(const std::vector<std::string>& pictures) {
  std::vector<Surface> surfaces;
  int width = 1, height = 0;
  for (const std::string& picture : pictures) {
    std::string_view rest = picture;
    surfaces.emplace_back(cairo_image_surface_create_from_png_stream(take_bytes, &rest));
    const cairo_status_t status = cairo_surface_status(surfaces.back().get());
    if (status != CAIRO_STATUS_SUCCESS) return cairo_error(status);
    width = std::max(width, cairo_image_surface_get_width(surfaces.back().get()));
    height += cairo_image_surface_get_height(surfaces.back().get());
    if (height > kMostHeight)
      return Error{"cannot draw: a PNG has at most " + std::to_string(kMostHeight) +
                   " pixels from top to bottom: ask for less at once, or for an .svg"};
  }
  const Surface whole(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, std::max(height, 1)));
  const Painter context(cairo_create(whole.get()));
  cairo_set_source_rgb(context.get(), 1, 1, 1);
  cairo_paint(context.get());
  int top = 0;
  for (const Surface& one : surfaces) {
    cairo_set_source_surface(context.get(), one.get(), 0, top);
    cairo_paint(context.get());
    top += cairo_image_surface_get_height(one.get());
  }
  std::string bytes;
  const cairo_status_t drawn = cairo_status(context.get());
  if (drawn != CAIRO_STATUS_SUCCESS) return cairo_error(drawn);
  const cairo_status_t written = cairo_surface_write_to_png_stream(whole.get(), add_bytes, &bytes);
  return written == CAIRO_STATUS_SUCCESS ? Result<std::string>(std::move(bytes))
                                         : Result<std::string>(cairo_error(written));
}

Result<std::string> stacked_svg(const std::vector<std::string>& pictures) {
  std::string inside;
  double width = 0, height = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const std::size_t begin = pictures[i].find("<svg"), end = pictures[i].find('>', begin);
    if (begin == std::string::npos || end == std::string::npos) return Error{"cannot draw: librrd gave no SVG"};
    std::string tag = pictures[i].substr(begin, end - begin);
    const double wide = plain_size(tag, "width"), high = plain_size(tag, "height");
    char place[40];
    std::snprintf(place, sizeof place, " x=\"0\" y=\"%.0f\"", height);
    std::string body = tag + place + pictures[i].substr(end);
    const std::string prefix = "p" + std::to_string(i) + "-";
    for (const char* before : {" id=\"", "href=\"#", "url(#"}) body = with_prefix(std::move(body), before, prefix);
    inside += body;
    width = std::max(width, wide);
    height += high;
  }
  char head[300];
  std::snprintf(
      head, sizeof head,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n"
      "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
      width, height, width, height);
  return head + inside + "</svg>\n";
}

}  // namespace hotspot::io
