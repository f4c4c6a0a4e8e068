#include "actuator/daemon/metrics_board.h"

#include <utility>

namespace hotspot::daemon {

MetricsBoard::MetricsBoard(const std::vector<std::string>& clusters) {
  for (const std::string& cluster : clusters) clear(cluster);
}

void MetricsBoard::show(const std::string& cluster, std::vector<loop::MetricFamily> families) {
  auto shown = std::make_shared<const std::vector<loop::MetricFamily>>(std::move(families));
  const std::lock_guard lock(mutex_);
  by_cluster_[cluster].swap(shown);
}

void MetricsBoard::clear(const std::string& cluster) { show(cluster, {}); }

std::vector<loop::MetricFamily> MetricsBoard::all() const {
  auto shown = [this] {
    const std::lock_guard lock(mutex_);
    return by_cluster_;
  }();
  std::map<std::string, std::vector<loop::MetricFamily>> all;
  for (const auto& [cluster, of_it] : shown) {
    std::vector<loop::MetricFamily>& families = all[cluster] = *of_it;
    const bool leads = !families.empty();
    families.push_back({"hotspot_leads",
                        loop::MetricFamily::Kind::kGauge,
                        "1 where this hotspotd leads the cluster, 0 where it stands by.",
                        {{"", {}, leads ? 1.0 : 0.0}}});
  }
  return loop::merged(all);
}

}  // namespace hotspot::daemon
