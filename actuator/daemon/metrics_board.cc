#include "actuator/daemon/metrics_board.h"

#include <utility>

namespace hotspot::daemon {

MetricsBoard::MetricsBoard(const std::vector<std::string>& clusters) {
  for (const std::string& cluster : clusters) by_cluster_[cluster];
}

void MetricsBoard::show(const std::string& cluster, std::vector<MetricFamily> families) {
  const std::lock_guard lock(mutex_);
  by_cluster_[cluster] = std::move(families);
}

void MetricsBoard::clear(const std::string& cluster) { show(cluster, {}); }

std::vector<MetricFamily> MetricsBoard::all() const {
  std::map<std::string, std::vector<MetricFamily>> copied;
  {
    const std::lock_guard lock(mutex_);
    copied = by_cluster_;
  }
  for (auto& [cluster, families] : copied) {
    const bool leads = !families.empty();
    families.push_back({"hotspot_leads",
                        MetricFamily::Kind::kGauge,
                        "1 where this hotspotd leads the cluster, 0 where it stands by.",
                        {{"", {}, leads ? 1.0 : 0.0}}});
  }
  return merged(copied);
}

}  // namespace hotspot::daemon
