// The newest metrics of each cluster that this process leads, for /metrics.
//
// Thread rule: any thread; a writer does not wait for readers. Texts are composed on request.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "actuator/loop/exposition.h"

namespace hotspot::daemon {

class MetricsBoard {
 public:
  // Each cluster of the configuration is listed from the start, as not led.
  explicit MetricsBoard(const std::vector<std::string>& clusters);

  void show(const std::string& cluster, std::vector<loop::MetricFamily> families);
  void clear(const std::string& cluster);  // it is no longer led

  // Includes hotspot_leads, 1 or 0, for each cluster; each sample has its cluster as a label.
  std::vector<loop::MetricFamily> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const std::vector<loop::MetricFamily>>> by_cluster_;
};

}  // namespace hotspot::daemon
