// The newest metrics of each cluster that this process leads, for whoever scrapes them.
//
// Thread rule: any thread; who shows waits for nobody that reads. Texts are made when somebody asks.
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
  // Each cluster of the configuration is there from the start, as one that is not led.
  explicit MetricsBoard(const std::vector<std::string>& clusters);

  void show(const std::string& cluster, std::vector<loop::MetricFamily> families);
  void clear(const std::string& cluster);  // it is not led any more

  // With hotspot_leads for each cluster, 1 or 0, and each sample's cluster.
  std::vector<loop::MetricFamily> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const std::vector<loop::MetricFamily>>> by_cluster_;
};

}  // namespace hotspot::daemon
