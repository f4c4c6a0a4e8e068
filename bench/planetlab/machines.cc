#include "bench/planetlab/machines.h"

#include <cmath>
#include <stdexcept>

namespace hotspot::planetlab {

double watts_at(const PowerTable& table, double share) {
  if (share < 0 || share > 1) throw std::out_of_range("power is known for 0 to 100 % of the CPU");
  const auto low = static_cast<std::size_t>(std::floor(share * 10)),
             high = static_cast<std::size_t>(std::ceil(share * 10));
  const double step = (table[high] - table[low]) / 10;
  return table[low] + step * (share - static_cast<double>(low) / 10) * 100;
}

}  // namespace hotspot::planetlab
