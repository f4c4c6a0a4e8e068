// Draws one lane of a picture: shading, gaps, the curve, the limits, the value axis.
//
// Pure. Private to the page.
#pragma once

#include <vector>

#include "actuator/ctl/picture/page.h"

namespace hotspot::ctl {

struct Shade {
  const char* color;
  double opacity;
};
inline constexpr Shade kFiringShade{"#e53935", 0.38}, kPendingShade{"#fb8c00", 0.20};

Shape shade(const Box& box, const Shade& shade);
void hatch(const Box& box, std::vector<Shape>& shapes);
Shape value_sample(const Box& box);
enum class LineOf { kLimit, kUntil };
Shape limit_line(const Box& box, double y, LineOf of);

// The lane's columns are stretched over the box. Ticks of the value axis are left of it, limits right of it.
void draw_lane(const PageLane& lane, const Box& box, std::vector<Shape>& shapes);

}  // namespace hotspot::ctl
