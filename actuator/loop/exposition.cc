#include "actuator/loop/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace hotspot::loop {
namespace {

std::string digits_of(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
  std::array<char, 40> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::general, 15).ptr;
  return {digits.data(), end};
}

std::string escaped(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text;
}

const char* type_word(MetricFamily::Kind kind) {
  switch (kind) {
    case MetricFamily::Kind::kCounter:
      return "counter";
    case MetricFamily::Kind::kHistogram:
      return "histogram";
    case MetricFamily::Kind::kGauge:
      break;
  }
  return "gauge";
}

// OpenMetrics names the family of a counter without _total. What ends with _info stays a gauge: as an info it would
// lose its ending too, and hotspot_rules_info would be another hotspot_rules.
std::string family_name(const MetricFamily& family) {
  constexpr std::string_view kTotal = "_total";
  const bool cuts = family.kind == MetricFamily::Kind::kCounter && family.name.ends_with(kTotal);
  return cuts ? family.name.substr(0, family.name.size() - kTotal.size()) : family.name;
}

std::string unit_of(const std::string& name) {
  for (const char* unit : {"seconds", "bytes", "ratio"}) {
    if (name.ends_with(std::string("_") + unit)) return unit;
  }
  return "";
}

void add_sample(const MetricFamily& family, const MetricSample& sample, bool openmetrics, std::string& text) {
  text += family.name + sample.suffix;
  for (std::size_t i = 0; i < sample.labels.size(); ++i) {
    const auto& [key, given] = sample.labels[i];
    std::string value = escaped(given);
    // A bound is a float there: "1.0".
    if (openmetrics && key == "le" && value.find_first_of(".eI") == std::string::npos) value += ".0";
    text += (i == 0 ? "{" : ",") + key + "=\"" + value + "\"";
  }
  text += (sample.labels.empty() ? " " : "} ") + digits_of(sample.value) + "\n";
}

}  // namespace

void Exposition::value(const telemetry::Histogram& of, const LabelPairs& labels) {
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < of.counts().size(); ++i) {
    so_far += of.counts()[i];
    LabelPairs with = labels;
    with.emplace_back("le", i < of.bounds().size() ? digits_of(of.bounds()[i]) : "+Inf");
    families_.back().samples.push_back({"_bucket", std::move(with), static_cast<double>(so_far)});
  }
  families_.back().samples.push_back({"_sum", labels, of.sum()});
  families_.back().samples.push_back({"_count", labels, static_cast<double>(so_far)});
}

std::string to_prometheus_text(const std::vector<MetricFamily>& families) {
  std::string text;
  for (const MetricFamily& family : families) {
    text +=
        "# HELP " + family.name + " " + family.help + "\n# TYPE " + family.name + " " + type_word(family.kind) + "\n";
    for (const MetricSample& sample : family.samples) add_sample(family, sample, false, text);
  }
  return text;
}

std::string to_openmetrics_text(const std::vector<MetricFamily>& families) {
  std::string text;
  for (const MetricFamily& family : families) {
    const std::string name = family_name(family), unit = unit_of(name);
    text += "# TYPE " + name + " " + type_word(family.kind) + "\n";
    if (!unit.empty()) text += "# UNIT " + name + " " + unit + "\n";
    text += "# HELP " + name + " " + escaped(family.help) + "\n";
    for (const MetricSample& sample : family.samples) add_sample(family, sample, true, text);
  }
  return text + "# EOF\n";
}

std::vector<MetricFamily> merged(const std::map<std::string, std::vector<MetricFamily>>& by_cluster) {
  std::vector<MetricFamily> all;
  for (const auto& [cluster, families] : by_cluster) {
    for (const MetricFamily& family : families) {
      auto into =
          std::find_if(all.begin(), all.end(), [&](const MetricFamily& one) { return one.name == family.name; });
      if (into == all.end()) into = all.insert(all.end(), {family.name, family.kind, family.help, {}});
      for (MetricSample sample : family.samples) {
        sample.labels.insert(sample.labels.begin(), {"cluster", cluster});
        into->samples.push_back(std::move(sample));
      }
    }
  }
  return all;
}

}  // namespace hotspot::loop
