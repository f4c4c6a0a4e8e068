#include "actuator/rules/evaluate/dense.h"

#include <algorithm>
#include <utility>

#include "actuator/rules/evaluate/dense_run.h"

namespace hotspot::rules {

// Tables of recorded series and of series about the data come and go freely: only nodes and domains are checked.
void Dense::begin() {
  dirty_.clear();
  newest_.clear();
  std::uint64_t layout = 1;
  for (const auto& [key, table] : store_.tables()) {
    if (table->kind() == Table::Kind::kOther) continue;
    layout = layout * 0x9e3779b97f4a7c15ULL + table->layout();
    layout ^= reinterpret_cast<std::uintptr_t>(table.get());
  }
  if (layout == store_layout_) return;
  store_layout_ = layout;
  rebuild();
}

void Dense::forget() {
  masks_.clear();
  slow_.clear();
}

void Dense::rebuild() {
  ++layout_;
  metrics_.clear();
  forget();
  for (SpaceRows& space : spaces_) space = {};
  pool_.clear();
  for (const auto& [key, table] : store_.tables()) {
    if (table->kind() == Table::Kind::kOther) continue;
    SpaceRows& space = spaces_[table->kind() == Table::Kind::kDomains ? 0 : 1];
    space.tables.push_back(table.get());
    space.offsets.push_back(space.rows.size());
    for (std::uint32_t row = 0; row < table->rows().size(); ++row) {
      const Table::Row& of = table->rows()[row];
      space.rows.push_back({table.get(), row, of.subject, &of.labels});
      space.used.push_back(table->rows()[row].used ? 1 : 0);
    }
  }
  for (SpaceRows& space : spaces_) space.offsets.push_back(space.rows.size());
  std::unordered_map<std::string_view, std::uint32_t> by_name;
  const SpaceRows& nodes = space(Space::kNodes);
  for (std::uint32_t i = 0; i < nodes.rows.size(); ++i) {
    if (nodes.used[i] != 0) by_name.emplace(nodes.rows[i].table->partition(), i);
  }
  node_of_.clear();
  for (const Table* table : space(Space::kDomains).tables) {
    const auto found = by_name.find(table->partition());
    node_of_.push_back(found == by_name.end() ? kNoId : found->second);
  }
}

const Dense::Metric& Dense::metric(const std::string& name) {
  const auto [known, is_new] = metrics_.try_emplace(name);
  if (!is_new) return known->second;
  Metric& metric = known->second;
  const auto places = store_.places_of(name);
  if (places.empty() || places.front().table->kind() == Table::Kind::kOther) return metric;
  const Table::Kind kind = places.front().table->kind();
  if (!std::all_of(places.begin(), places.end(), [kind](const auto& p) { return p.table->kind() == kind; })) {
    return metric;
  }
  metric.space = kind == Table::Kind::kDomains ? Space::kDomains : Space::kNodes;
  std::size_t next = 0;
  for (const Table* table : space(*metric.space).tables) {
    const bool here = next < places.size() && places[next].table == table;
    metric.columns.push_back(here ? places[next++].column : kNoId);
  }
  return metric;
}

const std::vector<std::uint8_t>& Dense::mask(const Selector& selector, Space which) {
  if (selector.matchers.empty()) return space(which).used;
  const auto [known, is_new] = masks_.try_emplace(&selector);
  if (!is_new) return known->second;
  const SpaceRows& rows = space(which);
  known->second.resize(rows.rows.size());
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.used[i] == 0) continue;
    const LabelSet labels(nullptr, rows.rows[i].table->rows()[rows.rows[i].row].labels);
    known->second[i] =
        std::all_of(selector.matchers.begin(), selector.matchers.end(), [&](const LabelMatcher& matcher) {
          const bool is_name = matcher.name.text == kNameLabel;
          return matcher.matches(is_name ? std::string_view(selector.name.text) : labels.get(matcher.name.text));
        });
  }
  return known->second;
}

const DenseVector* Dense::evaluate(const Expression& expression, WallTime time, const EvaluateOptions& options) {
  if (slow_.contains(&expression)) return nullptr;
  DenseRun run(*this, time, options);
  DenseOperand result;
  if (!run.evaluate(expression, result) || result.is_scalar) {
    slow_.emplace(&expression, true);
    return nullptr;
  }
  give(std::exchange(result_, std::move(result.vector)));
  return &result_;
}

}  // namespace hotspot::rules
