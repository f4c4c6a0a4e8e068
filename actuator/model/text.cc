#include "actuator/model/text.h"

#include <array>
#include <cmath>

#include "common/text/numeral.h"

namespace hotspot::model {

std::string bytes_text(std::int64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (std::fabs(value) >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return text::short_number(value) + " " + kUnits[unit];
}

std::string vcpus_text(int count) { return std::to_string(count) + (count == 1 ? " vCPU" : " vCPUs"); }

std::string ratio_text(double ratio) { return text::short_number(ratio * 100) + " %"; }

}  // namespace hotspot::model
