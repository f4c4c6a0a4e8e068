// A history that a test fills.
#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "actuator/ports/history.h"

namespace hotspot::fakes {

class FakeHistory : public ports::History {
 public:
  void store(model::HistorySeries series) { stored_.push_back(std::move(series)); }
  void fail(std::string message) { failure_ = std::move(message); }

  Result<ports::HistoryContent> read(const ports::HistoryQuery& query) override {
    if (!failure_.empty()) return Error{failure_};
    ports::HistoryContent content;
    for (model::HistorySeries series : stored_) {
      if (!series.node.empty() && !is_among(series.node, query.nodes)) continue;
      if (!series.domain.empty() && !is_among(series.domain, query.domains)) continue;
      if (!is_among(series.name, query.series)) continue;
      std::erase_if(series.samples, [&](const auto& s) { return s.time <= query.from || s.time > query.to; });
      if (!series.samples.empty()) content.series.push_back(std::move(series));
    }
    std::stable_sort(content.series.begin(), content.series.end(), [](const auto& a, const auto& b) {
      return std::tie(a.node, a.domain, a.name, a.vcpu, a.device) <
             std::tie(b.node, b.domain, b.name, b.vcpu, b.device);
    });
    return content;
  }

 private:
  static bool is_among(const std::string& name, const std::vector<std::string>& wanted) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  }
  std::vector<model::HistorySeries> stored_;
  std::string failure_;
};

}  // namespace hotspot::fakes
