#include "actuator/sim/sharing.h"

#include <algorithm>
#include <numeric>

namespace hotspot::simulation {

void share(double capacity, std::vector<Claim>& claims) {
  double wanted = 0, weights = 0;
  for (const Claim& one : claims) wanted += one.wants, weights += one.weight;
  if (wanted <= capacity) {
    for (Claim& one : claims) one.gets = one.wants;
    return;
  }
  std::vector<std::size_t> order(claims.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return claims[a].wants / claims[a].weight < claims[b].wants / claims[b].weight;
  });
  double left = std::max(0.0, capacity);
  for (const std::size_t i : order) {
    Claim& one = claims[i];
    one.gets = std::min(one.wants, left * one.weight / weights);
    left -= one.gets;
    weights -= one.weight;
  }
}

}  // namespace hotspot::simulation
