#include "actuator/ctl/graph/limit_lines.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "actuator/model/text.h"
#include "actuator/rules/limits_of.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

// So many are told apart beside each other.
constexpr std::size_t kMostLines = 6;

struct DrawnLimit {
  std::string rules;  // names
  const DrawnMetric* metric = nullptr;
  rules::BinaryOp comparison{};
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

void add_limit(std::vector<DrawnLimit>& all, const std::string& rule, const DrawnMetric& metric,
               const rules::Limit& limit) {
  for (DrawnLimit& one : all) {
    if (one.metric != &metric || one.comparison != limit.comparison || one.value != limit.value) continue;
    if ((", " + one.rules + ",").find(", " + rule + ",") == std::string::npos) one.rules += ", " + rule;
    return;
  }
  all.push_back({rule, &metric, limit.comparison, limit.value});
}

}  // namespace

std::vector<io::ChartLine> limit_lines(const GraphSubject& subject, const GraphMaterial& material,
                                       const std::vector<DrawnMetric>& drawn) {
  std::vector<DrawnLimit> all;
  if (material.rules == nullptr) return {};
  const std::string_view name = subject.name, of_none;
  const rules::LimitSubject about{.domain = subject.is_node ? of_none : name,
                                  .node = subject.is_node ? name : std::string_view(subject.node)};
  for (const rules::Rule& rule : material.rules->rules) {
    if (rule.kind == rules::RuleKind::kRecord || rule.expression == nullptr) continue;
    for (const rules::Limit& limit : rules::limits_of(*rule.expression)) {
      const auto metric =
          std::find_if(drawn.begin(), drawn.end(), [&](const DrawnMetric& one) { return one.metric == limit.metric; });
      if (metric != drawn.end() && limit.comparison != rules::BinaryOp::kNotEqual && rules::is_limit_for(limit, about))
        add_limit(all, rule.name, *metric, limit);
    }
  }
  std::vector<io::ChartLine> lines;
  constexpr const char* kColors[] = {"#c62828", "#e53935", "#b71c1c", "#d81b60", "#ad1457", "#880e4f"};
  for (const DrawnLimit& one : all) {
    if (lines.size() == kMostLines) {
      lines.back().label += "; and " + std::to_string(all.size() - kMostLines) + " more limits";
      break;
    }
    lines.push_back({.kind = io::ChartLine::Kind::kDashed,
                     .color = kColors[lines.size()],
                     .label = text::visible(one.rules) + ": " + std::string(one.metric->metric) + " " +
                              rules::to_string(one.comparison) + " " + number_in_unit(one.metric->metric, one.value),
                     .values = scaled(one.metric->per_unit, one.value)});
  }
  return lines;
}

}  // namespace hotspot::ctl
