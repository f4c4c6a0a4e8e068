#include "actuator/ctl/picture/png.h"

#include <pango/pangocairo.h>

#include <cmath>
#include <cstdlib>
#include <memory>

namespace hotspot::ctl {
namespace {

struct Release {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
template <typename Handle>
using Owned = std::unique_ptr<Handle, Release>;

// One line, left to right, whatever script it begins with.
Owned<PangoLayout> layout_of(cairo_t* cairo, const std::string& text, TextStyle style) {
  Owned<PangoLayout> layout(pango_cairo_create_layout(cairo));
  const Owned<PangoFontDescription> font(pango_font_description_from_string("DejaVu Sans, sans-serif"));
  pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
  pango_font_description_set_weight(font.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_auto_dir(layout.get(), FALSE);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

double layout_width(PangoLayout* layout) {
  int width = 0;
  pango_layout_get_size(layout, &width, nullptr);
  return static_cast<double>(width) / PANGO_SCALE;
}

struct Painter {
  cairo_t* cairo;

  void color(const std::string& text, double opacity) const {
    const unsigned long rgb = std::strtoul(text.c_str() + 1, nullptr, 16);
    const auto part = [rgb](int shift) { return static_cast<double>((rgb >> shift) & 0xFF) / 255; };
    cairo_set_source_rgba(cairo, part(16), part(8), part(0), opacity);
  }

  void operator()(const Rectangle& one) const {
    color(one.color, one.opacity);
    cairo_rectangle(cairo, one.x, one.y, one.width, one.height);
    cairo_fill(cairo);
  }

  void operator()(const Polyline& one) const {
    color(one.color, 1);
    cairo_set_line_width(cairo, one.width);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(cairo, one.dashes.data(), static_cast<int>(one.dashes.size()), 0);
    cairo_new_path(cairo);  // drawing a text leaves a current point
    for (const Point& point : one.points) cairo_line_to(cairo, point.x, point.y);
    cairo_stroke(cairo);
  }

  void operator()(const Text& one) const {
    color(one.color, 1);
    const auto layout = layout_of(cairo, one.text, {one.size, one.bold});
    const double share = one.anchor == Anchor::kMiddle ? 0.5 : one.anchor == Anchor::kEnd ? 1 : 0;
    const double baseline = static_cast<double>(pango_layout_get_baseline(layout.get())) / PANGO_SCALE;
    cairo_move_to(cairo, one.x - share * layout_width(layout.get()), one.y - baseline);
    pango_cairo_show_layout(cairo, layout.get());
  }
};

cairo_status_t append(void* into, const unsigned char* bytes, unsigned int size) {
  static_cast<std::string*>(into)->append(reinterpret_cast<const char*>(bytes), size);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

double text_width(const std::string& text, TextStyle style) {
  static const Owned<cairo_surface_t> surface(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
  static const Owned<cairo_t> cairo(cairo_create(surface.get()));
  return layout_width(layout_of(cairo.get(), text, style).get());
}

Result<std::string> png_bytes(const Drawing& drawing) {
  const Owned<cairo_surface_t> surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(drawing.width)), static_cast<int>(std::ceil(drawing.height))));
  const Owned<cairo_t> cairo(cairo_create(surface.get()));
  for (const Shape& shape : drawing.shapes) std::visit(Painter{cairo.get()}, shape);
  std::string bytes;
  cairo_status_t status = cairo_status(cairo.get());
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png_stream(surface.get(), append, &bytes);
  if (status != CAIRO_STATUS_SUCCESS) return Error{std::string("cannot draw: ") + cairo_status_to_string(status)};
  return bytes;
}

}  // namespace hotspot::ctl
