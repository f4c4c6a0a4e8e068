#include "actuator/ctl/graph/limit_lines.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "actuator/model/text.h"
#include "actuator/rules/evaluate/limits_of.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

// More lines could not be told apart.
constexpr std::size_t kMostLines = 6;

struct DrawnLimit {
  std::string rules;  // names
  const DrawnMetric* metric = nullptr;
  std::string comparison;  // ">"
  double value = 0;
};

std::string number_in_unit(std::string_view metric, double value) {
  if (metric.ends_with("_ratio")) return model::ratio_text(value);
  if (metric.ends_with("_bytes") || metric.ends_with("_bytes_per_second"))
    return model::bytes_text(std::llround(std::min(value, 9e18))) + (metric.ends_with("_second") ? "/s" : "");
  char text[40];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

class DrawnLimits {
 public:
  explicit DrawnLimits(const std::vector<DrawnMetric>& drawn) : drawn_(drawn) {}

  // Adds nothing if the metric is not drawn.
  void add(const std::string& rule, std::string_view metric, const std::string& comparison, double value) {
    const auto found =
        std::find_if(drawn_.begin(), drawn_.end(), [&](const DrawnMetric& one) { return one.metric == metric; });
    if (found == drawn_.end() || comparison == rules::to_string(rules::BinaryOp::kNotEqual)) return;
    for (DrawnLimit& one : all_) {
      if (one.metric != &*found || one.comparison != comparison || one.value != value) continue;
      if ((", " + one.rules + ",").find(", " + rule + ",") == std::string::npos) one.rules += ", " + rule;
      return;
    }
    all_.push_back({rule, &*found, comparison, value});
  }
  const std::vector<DrawnLimit>& all() const { return all_; }

 private:
  const std::vector<DrawnMetric>& drawn_;
  std::vector<DrawnLimit> all_;
};

void add_limits(const rules::RuleSet& set, const GraphSubject& subject, DrawnLimits& limits) {
  const std::string_view name = subject.name, of_none;
  const rules::LimitSubject about{.domain = subject.is_node ? of_none : name,
                                  .node = subject.is_node ? name : std::string_view(subject.node)};
  for (const rules::Rule& rule : set.rules) {
    if (rule.kind == rules::RuleKind::kRecord || rule.expression == nullptr) continue;
    for (const rules::Limit& limit : rules::limits_of(*rule.expression))
      if (rules::is_limit_for(limit, about))
        limits.add(rule.name, limit.metric, rules::to_string(limit.comparison), limit.value);
  }
}

}  // namespace

std::vector<io::ChartLine> limit_lines(const GraphSubject& subject, const GraphMaterial& material,
                                       const std::vector<DrawnMetric>& drawn) {
  DrawnLimits limits(drawn);
  if (material.rules != nullptr) add_limits(*material.rules, subject, limits);
  for (const telemetry::PublishedLimit& one : material.running)
    limits.add(one.rule, one.metric, one.comparison, one.number);
  const std::vector<DrawnLimit>& all = limits.all();
  std::vector<io::ChartLine> lines;
  constexpr const char* kColors[] = {"#c62828", "#e53935", "#b71c1c", "#d81b60", "#ad1457", "#880e4f"};
  for (const DrawnLimit& one : all) {
    if (lines.size() == kMostLines) {
      lines.back().label += "; and " + std::to_string(all.size() - kMostLines) + " more limits";
      break;
    }
    lines.push_back({.kind = io::ChartLine::Kind::kDashed,
                     .color = kColors[lines.size()],
                     .label = text::visible(one.rules) + ": " + std::string(one.metric->metric) + " " + one.comparison +
                              " " + number_in_unit(one.metric->metric, one.value),
                     .values = scaled(one.metric->per_unit, one.value)});
  }
  return lines;
}

}  // namespace hotspot::ctl
