#include "actuator/rules/engine/reach.h"

#include <algorithm>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/evaluate/lookback.h"
#include "actuator/rules/language/expression.h"

namespace hotspot::rules {
namespace {

// Recording rules may use other recorded series; in a chain longer than this, the last ones start empty.
constexpr int kMaxReachDepth = 20;
constexpr Milliseconds kLeastSlack{std::chrono::minutes(1)};

Lookback own_lookback(const Rule& rule) {
  EvaluateOptions now_alone;
  now_alone.lookback = Milliseconds(0);
  Lookback lookback;
  add_lookback(*rule.expression, now_alone, lookback);
  if (rule.until) add_lookback(*rule.until, now_alone, lookback);
  return lookback;
}

bool is_recorded(const RuleSet& rules, const std::string& metric) {
  return std::any_of(rules.rules.begin(), rules.rules.end(),
                     [&](const Rule& rule) { return rule.kind == RuleKind::kRecord && rule.name == metric; });
}

// One more round: whatever is needed of a recorded series is needed of its inputs, plus the range of the rule itself.
bool extend(const RuleSet& rules, const std::vector<Lookback>& own, ReachOf& needed) {
  bool changed = false;
  for (std::size_t i = 0; i < rules.rules.size(); ++i) {
    const Rule& rule = rules.rules[i];
    Milliseconds base{0};
    if (rule.kind == RuleKind::kRecord) {
      const auto known = needed.find(rule.name);
      if (known != needed.end()) base = known->second;
    }
    for (const auto& [metric, lookback] : own[i]) {
      if (metric == rule.name && rule.kind == RuleKind::kRecord) continue;
      const auto [place, is_new] = needed.try_emplace(metric, Milliseconds(0));
      changed = changed || is_new || place->second < base + lookback;
      place->second = std::max(place->second, base + lookback);
    }
  }
  return changed;
}

}  // namespace

Milliseconds Reach::longest() const {
  Milliseconds longest{0};
  for (const auto& [metric, time] : needed) longest = std::max(longest, time);
  return longest;
}

Reach reach_of(const RuleSet& rules) {
  Reach reach;
  std::vector<Lookback> own;
  for (const Rule& rule : rules.rules) {
    for (const auto& [metric, lookback] : own.emplace_back(own_lookback(rule))) {
      if (lookback.count() > 0) reach.windows[metric] = std::max(reach.windows[metric], lookback);
    }
  }
  for (int depth = 0; depth < kMaxReachDepth && extend(rules, own, reach.needed); ++depth) {
  }
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
      if (rules.rules[i].kind != RuleKind::kRecord) continue;
      const bool windows = std::any_of(own[i].begin(), own[i].end(), [&](const auto& entry) {
        return entry.second.count() > 0 || reach.made_of_windows.contains(entry.first);
      });
      if (windows && reach.made_of_windows.insert(rules.rules[i].name).second) more = true;
    }
  }
  for (auto metric = reach.needed.begin(); metric != reach.needed.end();) {
    if (!is_recorded(rules, metric->first)) {
      ++metric;
      continue;
    }
    reach.recorded = std::max(reach.recorded, metric->second);
    metric = reach.needed.erase(metric);
  }
  return reach;
}

std::vector<Window> windows_of(const Reach& reach, const Store& store, WallTime now) {
  std::vector<Window> windows;
  for (const auto& [metric, time] : reach.windows) {
    if (metric.empty()) continue;
    const Milliseconds slack = std::max(time / 50, kLeastSlack);
    Window& window = windows.emplace_back(Window{.metric = metric, .reach = time, .since_all = {}, .since = {}});
    for (const Store::Place& place : store.places_of(metric)) {
      if (!place.table->is_column_used(place.column)) continue;
      const WallTime first = from_unix_ms(place.table->times()[place.table->first_frame(place.column)]);
      ++window.tables;
      if (first <= now - time + slack) ++window.full;
      window.since_all = std::max(window.since_all.value_or(first), first);
      window.since = std::min(window.since.value_or(first), first);
    }
  }
  std::stable_sort(windows.begin(), windows.end(), [](const Window& a, const Window& b) { return a.reach > b.reach; });
  return windows;
}

}  // namespace hotspot::rules
