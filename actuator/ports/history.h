// Values stored by collectd: series of nodes and domains over time.
//
// Missing history is no error: then nothing is read. Thread rule: one thread at a time; a call may take seconds.
#pragma once

#include <string>
#include <vector>

#include "actuator/model/history.h"
#include "telemetry/result.h"

namespace hotspot::ports {

enum class Consolidation { kAverage, kMaximum };

struct HistoryQuery {
  WallTime from{}, to{};  // samples with from < time <= to, in the finest resolution that reaches back to `from`
  Consolidation consolidation = Consolidation::kAverage;
  std::vector<std::string> nodes, domains;  // only these; empty: all
  std::vector<std::string> series;          // only these names of model::HistorySeries; empty: all
};

struct HistoryContent {
  std::vector<model::HistorySeries> series;  // ordered by node, domain, name, vcpu, device
  std::vector<std::string> problems;         // files that could not be read, a sentence each; the others were read
};

class History {
 public:
  virtual ~History() = default;
  // An error: nothing could be read at all (no such directory, no answer).
  virtual Result<HistoryContent> read(const HistoryQuery& query) = 0;
};

}  // namespace hotspot::ports
