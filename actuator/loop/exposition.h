// Metrics as families of samples, and as text for Prometheus.
//
// PURE. Names and help are those of docs/metrics.md. Sources: Prometheus' text format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/) and OpenMetrics 1.0.0 (https://openmetrics.io).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/histogram.h"

namespace hotspot::loop {

using LabelPairs = std::vector<std::pair<std::string, std::string>>;

struct MetricSample {
  std::string suffix;  // "_bucket", "_sum", "_count" of a histogram; otherwise empty
  LabelPairs labels;
  double value = 0;
};

struct MetricFamily {
  enum class Kind { kGauge, kCounter, kHistogram };
  std::string name;  // as a sample has it: "hotspot_ticks_total"
  Kind kind = Kind::kGauge;
  std::string help;
  std::vector<MetricSample> samples;
};

// Gathers families; what follows one belongs to it.
class Exposition {
 public:
  void gauge(const char* name, const char* help) { family(name, MetricFamily::Kind::kGauge, help); }
  void counter(const char* name, const char* help) { family(name, MetricFamily::Kind::kCounter, help); }
  void histogram(const char* name, const char* help) { family(name, MetricFamily::Kind::kHistogram, help); }

  void value(double number, const LabelPairs& labels = {}) { families_.back().samples.push_back({"", labels, number}); }
  void value(std::size_t number, const LabelPairs& labels = {}) { value(static_cast<double>(number), labels); }
  void value(const telemetry::Histogram& of, const LabelPairs& labels);

  std::vector<MetricFamily> take() { return std::move(families_); }

 private:
  void family(const char* name, MetricFamily::Kind kind, const char* help) {
    families_.push_back({name, kind, help, {}});
  }
  std::vector<MetricFamily> families_;
};

// In the text format 0.0.4.
std::string to_prometheus_text(const std::vector<MetricFamily>& families);
std::string to_openmetrics_text(const std::vector<MetricFamily>& families);

// Of several clusters: each family once, each sample with the label `cluster` first.
std::vector<MetricFamily> merged(const std::map<std::string, std::vector<MetricFamily>>& by_cluster);

}  // namespace hotspot::loop
