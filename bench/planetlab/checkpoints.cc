#include "bench/planetlab/checkpoints.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hotspot::planetlab {
namespace {

constexpr double kTolerance = 1e-3;

bool near(double a, double b) { return std::abs(a - b) <= kTolerance * std::abs(b); }

bool same(const Tick& a, const Tick& b) {
  return a.overloaded == b.overloaded && a.migrations == b.migrations && a.active_hosts == b.active_hosts &&
         a.vms == b.vms && near(a.kwh, b.kwh) && near(a.demand_mips, b.demand_mips);
}

}  // namespace

std::vector<Tick> read_checkpoints(const std::filesystem::path& file) {
  std::ifstream lines(file);
  std::vector<Tick> ticks;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() < '0' || line.front() > '9') continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields(line);
    Tick tick{};
    if (!(fields >> tick.number >> tick.seconds >> tick.overloaded >> tick.migrations >> tick.active_hosts >>
          tick.vms >> tick.kwh >> tick.demand_mips))
      throw std::runtime_error(file.string() + ": not a checkpoint: " + line);
    ticks.push_back(tick);
  }
  return ticks;
}

std::optional<int> first_difference(const std::vector<Tick>& ours, const std::vector<Tick>& theirs) {
  for (std::size_t i = 0; i < ours.size() && i < theirs.size(); ++i)
    if (!same(ours[i], theirs[i])) return ours[i].number;
  if (ours.size() != theirs.size()) return static_cast<int>(std::min(ours.size(), theirs.size())) + 1;
  return std::nullopt;
}

}  // namespace hotspot::planetlab
