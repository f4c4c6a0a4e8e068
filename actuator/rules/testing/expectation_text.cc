#include "actuator/rules/testing/expectation_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <tuple>

#include "actuator/rules/language/humanize.h"

namespace hotspot::rules {
namespace {

bool less(const AlertText& a, const AlertText& b) {
  return std::tie(a.labels, a.annotations) < std::tie(b.labels, b.annotations);
}

// As Go prints labels: including the name.
std::string labels_text(const SeriesLabels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) text += (text.empty() ? "" : ", ") + name + "=" + go_quoted(value);
  return "{" + text + "}";
}

// Two mathematics libraries differ in the last bits of exp, log10 and the like, and so do sums in another order.
bool same_value(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return true;
  return std::isfinite(a) && std::isfinite(b) && std::fabs(a - b) <= 1e-12 * std::max(std::fabs(a), std::fabs(b));
}

bool sample_less(const ExpectedSample& a, const ExpectedSample& b) {
  if (a.labels != b.labels) return a.labels < b.labels;
  return std::isnan(b.value) ? !std::isnan(a.value) : a.value < b.value;
}

std::string remedies_text(const std::vector<Remedy>& remedies) {
  std::string text;
  for (const Remedy& remedy : remedies) text += (text.empty() ? "" : ", ") + remedy_text(remedy);
  return "[" + text + "]";
}

std::string bytes_source(std::int64_t bytes) {
  const std::int64_t size = bytes < 0 ? -bytes : bytes;
  if (size != 0 && size % kGibibyte == 0) return std::to_string(bytes / kGibibyte) + "GiB";
  if (size != 0 && size % kMebibyte == 0) return std::to_string(bytes / kMebibyte) + "MiB";
  if (size != 0 && size % kKibibyte == 0) return std::to_string(bytes / kKibibyte) + "KiB";
  return std::to_string(bytes) + "B";
}

struct RemedyText {
  std::string operator()(const ScaleVcpus& remedy) const {
    return "scale_vcpus: {by: " + std::to_string(remedy.by) + limit("min", remedy.min) + limit("max", remedy.max) +
           persistent(remedy.persistent) + "}";
  }
  std::string operator()(const ScaleMemory& remedy) const {
    return "scale_memory: {by: " + bytes_source(remedy.by_bytes) + bytes_limit("min", remedy.min_bytes) +
           bytes_limit("max", remedy.max_bytes) + persistent(remedy.persistent) + "}";
  }
  std::string operator()(const Migrate& remedy) const {
    return remedy.select == Migrate{}.select ? "migrate"
                                             : std::string("migrate: {select: ") + to_string(remedy.select) + "}";
  }
  std::string operator()(const Drain& remedy) const { return remedy.partial ? "drain: {partial: true}" : "drain"; }
  std::string operator()(const Consolidate&) const { return "consolidate"; }
  std::string operator()(const Balance& remedy) const {
    const Balance usual;
    std::vector<std::string> keys;
    if (remedy.max_moves != usual.max_moves) keys.push_back("max_moves: " + std::to_string(remedy.max_moves));
    if (remedy.least_gain_ratio != usual.least_gain_ratio)
      keys.push_back("least_gain: " + humanize_percentage(remedy.least_gain_ratio));
    return keys.empty() ? "balance" : "balance: " + limits(keys);
  }
  std::string operator()(const CapCpu& remedy) const {
    return "cap_cpu: {to: " + (remedy.to_percent == 0 ? "none" : std::to_string(remedy.to_percent) + "%") + "}";
  }
  std::string operator()(const CpuShares& remedy) const {
    return "cpu_shares: {to: " + std::to_string(remedy.to) + "}";
  }
  std::string operator()(const LimitDisk& remedy) const {
    const model::DiskLimit& to = remedy.to;
    std::vector<std::string> keys;
    for (const auto& [name, bytes] : {std::pair{"total", to.total_bytes_per_second},
                                      {"read", to.read_bytes_per_second},
                                      {"write", to.write_bytes_per_second}})
      if (bytes) keys.push_back(std::string(name) + ": " + bytes_source(*bytes));
    for (const auto& [name, count] : {std::pair{"total_iops", to.total_ops_per_second},
                                      {"read_iops", to.read_ops_per_second},
                                      {"write_iops", to.write_ops_per_second}})
      if (count) keys.push_back(std::string(name) + ": " + std::to_string(*count));
    return "limit_disk: " + limits(keys);
  }
  std::string operator()(const LimitNetwork& remedy) const {
    std::vector<std::string> keys;
    for (const auto& [name, flow] : {std::pair<std::string, std::optional<model::Flow>>{"receive", remedy.to.receive},
                                     {"transmit", remedy.to.transmit}}) {
      if (!flow) continue;
      keys.push_back(name + ": " + bytes_source(flow->average_bytes_per_second));
      if (flow->peak_bytes_per_second) keys.push_back(name + "_peak: " + bytes_source(*flow->peak_bytes_per_second));
      if (flow->burst_bytes) keys.push_back(name + "_burst: " + bytes_source(*flow->burst_bytes));
    }
    return "limit_network: " + limits(keys);
  }
  static std::string limits(const std::vector<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + key;
    return text.empty() ? "{to: none}" : "{" + text + "}";
  }
  static std::string persistent(bool value) { return value ? ", persistent: true" : ""; }
  static std::string limit(const char* name, const std::optional<int>& value) {
    return value ? std::string(", ") + name + ": " + std::to_string(*value) : "";
  }
  static std::string bytes_limit(const char* name, const std::optional<std::int64_t>& value) {
    return value ? std::string(", ") + name + ": " + bytes_source(*value) : "";
  }
};

}  // namespace

std::string remedy_text(const Remedy& remedy) { return std::visit(RemedyText{}, remedy); }

std::string go_quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += std::string("\\") + c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (c == '\r') {
      result += "\\r";
    } else if (byte < 0x20 || byte == 0x7f) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\x%02x", byte);
      result += escape.data();
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string exact_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific).ptr;
  std::string result(text.data(), end);
  std::replace(result.begin(), result.end(), 'e', 'E');
  return result;
}

bool same_alerts(std::vector<AlertText> expected, std::vector<AlertText> got) {
  std::stable_sort(expected.begin(), expected.end(), less);
  std::stable_sort(got.begin(), got.end(), less);
  return std::equal(expected.begin(), expected.end(), got.begin(), got.end(), [](const auto& want, const auto& have) {
    return want.labels == have.labels && want.annotations == have.annotations &&
           (!want.remedies || want.remedies == have.remedies);
  });
}

std::string alerts_text(std::vector<AlertText> alerts, const std::vector<AlertText>& others) {
  if (alerts.empty()) return "[]";
  const auto names_remedies = [](const AlertText& alert) { return alert.remedies.has_value(); };
  const bool shows = std::any_of(alerts.begin(), alerts.end(), names_remedies) &&
                     std::any_of(others.begin(), others.end(), names_remedies);
  std::stable_sort(alerts.begin(), alerts.end(), less);
  std::string text = "[";
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    text += (i == 0 ? "\n            " : ",\n            ") + std::to_string(i) +
            ":\n              Labels:" + labels_text(alerts[i].labels) +
            "\n              Annotations:" + labels_text(alerts[i].annotations);
    if (shows && alerts[i].remedies) text += "\n              Remedies:" + remedies_text(*alerts[i].remedies);
  }
  return text + "\n            ]";
}

bool same_samples(std::vector<ExpectedSample> expected, std::vector<ExpectedSample> got) {
  std::stable_sort(expected.begin(), expected.end(), sample_less);
  std::stable_sort(got.begin(), got.end(), sample_less);
  return std::equal(expected.begin(), expected.end(), got.begin(), got.end(), [](const auto& want, const auto& have) {
    return want.labels == have.labels && same_value(want.value, have.value);
  });
}

std::string samples_text(std::vector<ExpectedSample> samples) {
  if (samples.empty()) return "nil";
  std::stable_sort(samples.begin(), samples.end(), sample_less);
  std::string text;
  for (const ExpectedSample& sample : samples) {
    text += (text.empty() ? "" : ", ") + labels_text(sample.labels) + " " + exact_number(sample.value);
  }
  return text;
}

}  // namespace hotspot::rules
