#include "actuator/rules/engine/covered_ranges.h"

#include <algorithm>

#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/evaluate/lookback.h"
#include "common/text/duration.h"

namespace hotspot::rules {
namespace {

// The longest chain of recording rules that use each other.
constexpr int kMostDeep = 20;

class Needed {
 public:
  explicit Needed(const RuleSet& rules) : rules_(rules) {
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
      if (rules.rules[i].kind == RuleKind::kRecord) recorded_[rules.rules[i].name].push_back(i);
    }
  }

  NeededRanges of(const Rule& rule) const {
    NeededRanges needed;
    collect(rule, Milliseconds(0), 0, needed);
    std::erase_if(needed, [](const auto& entry) { return entry.second <= Milliseconds(0) || entry.first.empty(); });
    return needed;
  }

 private:
  void collect(const Rule& rule, Milliseconds outer, int depth, NeededRanges& needed) const {
    EvaluateOptions now_alone;
    now_alone.lookback = Milliseconds(0);
    Lookback lookback;
    add_lookback(*rule.expression, now_alone, lookback);
    for (const auto& [metric, range] : lookback) {
      const Milliseconds reach = outer + range;
      const auto recorded = recorded_.find(metric);
      if (recorded == recorded_.end()) {
        needed[metric] = std::max(needed[metric], reach);
        continue;
      }
      // Visited before with at least this reach: nothing new, however often it is used.
      const auto [known, is_new] = needed.try_emplace(kSeen + metric, reach);
      if (depth >= kMostDeep || (!is_new && known->second >= reach)) continue;
      known->second = reach;
      for (const std::size_t one : recorded->second) collect(rules_.rules[one], reach, depth + 1, needed);
    }
    if (depth > 0) return;
    std::erase_if(needed, [](const auto& entry) { return entry.first.starts_with(kSeen); });
  }

  static inline const std::string kSeen = "\n";  // no metric name begins with it
  const RuleSet& rules_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> recorded_;
};

// Entries with this label and entries without it: a label that is missing on one side matches any value.
template <typename Of, typename Each>
void for_each_fitting(const Of& reaches, std::string_view label, Each each) {
  if (label.empty()) return each(reaches.all);
  for (const std::string_view fitting : {label, std::string_view()}) {
    if (const auto found = reaches.of.find(fitting); found != reaches.of.end()) each(found->second);
  }
}

}  // namespace

std::vector<NeededRanges> needed_ranges(const RuleSet& rules) {
  const Needed needed(rules);
  std::vector<NeededRanges> all;
  for (const Rule& rule : rules.rules) {
    const bool asks = rule.kind == RuleKind::kHotspot && !rule.remedies.empty() && !rule.acts_on_partial_ranges;
    all.push_back(asks ? needed.of(rule) : NeededRanges{});
  }
  return all;
}

std::string describe(const PartialRange& partial) {
  return partial.metric + " reaches back " + text::duration_text(partial.reaches) + " of " +
         text::duration_text(partial.range);
}

void CoveredRanges::Reach::add(const Reach& other) {
  if (other.furthest) furthest = std::max(furthest.value_or(*other.furthest), *other.furthest);
  full = full || other.full;
}

void CoveredRanges::read(const Store::Place& place, Milliseconds range, ByNode& reaches) const {
  const Table& table = *place.table;
  const auto times = table.times();
  const std::size_t first = table.first_frame(place.column);
  if (first >= times.size()) return;
  const auto frames = static_cast<std::int64_t>(times.size() - first);
  const std::int64_t apart = frames > 1 ? (times.back() - times[first]) / (frames - 1) : 0;
  const std::int64_t slack = std::max(range.count() / 20, 2 * apart);
  const std::int64_t wanted = to_unix_ms(now_) - range.count() + slack;
  for (std::uint32_t row = 0; row < table.rows().size(); ++row) {
    if (!table.rows()[row].used) continue;
    std::size_t frame = first;
    while (frame < times.size() && !is_sample(table.cells(place.column, frame)[row])) ++frame;
    if (frame == times.size()) continue;
    const Reach reach{Milliseconds(to_unix_ms(now_) - times[frame]), times[frame] <= wanted};
    const LabelSet labels(nullptr, table.rows()[row].labels);
    for (ByDomain* domains : {&reaches.all, &reaches.of[labels.get("node")]}) {
      domains->all.add(reach);
      domains->of[labels.get("domain")].add(reach);
    }
  }
}

const CoveredRanges::ByNode& CoveredRanges::reaches_of(const std::string& metric, Milliseconds range) {
  const auto [known, is_new] = known_.try_emplace(metric);
  if (!is_new) return known->second;
  for (const Store::Place& place : store_.places_of(metric)) read(place, range, known->second);
  return known->second;
}

std::optional<PartialRange> CoveredRanges::missing_of(const std::string& metric, Milliseconds range,
                                                      std::string_view node, std::string_view domain) {
  Reach fitting;
  for_each_fitting(reaches_of(metric, range), node, [&](const ByDomain& domains) {
    for_each_fitting(domains, domain, [&](const Reach& reach) { fitting.add(reach); });
  });
  if (fitting.full) return std::nullopt;
  if (!fitting.furthest) {
    fitting.furthest = now_ - since_;
    if (*fitting.furthest >= range) return std::nullopt;
  }
  return PartialRange{metric, range, *fitting.furthest};
}

std::optional<PartialRange> CoveredRanges::missing(std::string_view node, std::string_view domain) {
  std::optional<PartialRange> most;
  for (const auto& [metric, range] : needed_) {
    auto partial = missing_of(metric, range, node, domain);
    if (partial && (!most || partial->range - partial->reaches > most->range - most->reaches)) most = partial;
  }
  return most;
}

}  // namespace hotspot::rules
