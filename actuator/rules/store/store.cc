#include "actuator/rules/store/store.h"

#include <algorithm>
#include <limits>

namespace hotspot::rules {
namespace {

constexpr std::string_view kNodesKey = "nodes ", kDomainsKey = "domains ";

bool fits(std::span<const LabelMatcher> matchers, const LabelSet& labels) {
  return std::all_of(matchers.begin(), matchers.end(),
                     [&](const LabelMatcher& matcher) { return matcher.matches(labels.get(matcher.name.text)); });
}

}  // namespace

bool LabelMatcher::matches(std::string_view text) const {
  switch (op) {
    case Op::kEqual:
      return text == value.text;
    case Op::kNotEqual:
      return text != value.text;
    case Op::kMatch:
      return regex->matches(text);
    case Op::kNoMatch:
      return !regex->matches(text);
  }
  return false;
}

void Store::retain(std::optional<Milliseconds> otherwise, std::map<std::string, Milliseconds, std::less<>> of) {
  otherwise_ = otherwise;
  retentions_ = std::move(of);
  for (auto& [key, table] : tables_) {
    for (std::uint32_t i = 0; i < table->columns(); ++i) table->set_retention(i, retention_ms(*table->metric(i)));
    table->trim();
  }
}

std::int64_t Store::retention_ms(std::string_view metric) const {
  const auto found = retentions_.find(metric);
  if (found != retentions_.end()) return std::min(found->second.count(), kForEver);
  return otherwise_ ? otherwise_->count() : kForEver;
}

Milliseconds Store::retention(std::string_view metric) const {
  const std::int64_t ms = retention_ms(metric);
  return ms >= kForEver ? Milliseconds::max() : Milliseconds(ms);
}

Table& Store::node_table(std::string_view node, Table::Kind kind) {
  const std::string key = std::string(kind == Table::Kind::kNodes ? kNodesKey : kDomainsKey) + std::string(node);
  auto& place = tables_[key];
  if (!place) place = std::make_unique<Table>(kind, std::string(node));
  return *place;
}

Table& Store::table(const std::string& key, const std::string& partition) {
  auto& place = tables_[key];
  if (!place) place = std::make_unique<Table>(Table::Kind::kOther, partition);
  return *place;
}

Table* Store::find_table(std::string_view key) {
  const auto found = tables_.find(key);
  return found == tables_.end() ? nullptr : found->second.get();
}

std::uint32_t Store::column(Table& table, std::string_view metric) {
  if (const auto known = table.find_column(metric)) return *known;
  auto& name = metrics_[std::string(metric)];
  if (!name) name = std::make_shared<const std::string>(metric);
  return table.column(name, retention_ms(metric));
}

// The collector's series are grouped by node; any other series has a table of its own.
Table& Store::table_for(const LabelSet& labels) {
  const model::SeriesInfo* series = model::find_series(labels.name());
  const std::string node(labels.get("node"));
  const bool has_domain = !labels.get("domain").empty();
  const std::size_t count = labels.labels().size();
  if (series != nullptr && !node.empty()) {
    if (series->scope == model::Scope::kNode && count == 1) return node_table(node, Table::Kind::kNodes);
    if (series->scope == model::Scope::kDomain && count == 2 && has_domain) {
      return node_table(node, Table::Kind::kDomains);
    }
    const bool is_part = series->scope == model::Scope::kVcpu || series->scope == model::Scope::kDevice;
    if (is_part && count == 3 && has_domain) return table(parts_key(node, labels.name()), node);
  }
  return table("series " + labels.describe());
}

std::string Store::parts_key(std::string_view node, std::string_view metric) {
  return "parts " + std::string(node) + " " + std::string(metric);
}

bool Store::append(const LabelSet& labels, WallTime time, double value) {
  const Sample sample{to_unix_ms(time), value};
  return append_many(labels, {&sample, 1}) == 1;
}

std::size_t Store::append_many(const LabelSet& labels, std::span<const Sample> samples) {
  Table& table = table_for(labels);
  const std::uint32_t column = this->column(table, labels.name());
  const std::uint32_t row = table.row(labels.shared_labels());
  if (samples.empty()) return 0;
  std::int64_t horizon = table.newest().value_or(std::numeric_limits<std::int64_t>::min());
  for (const Sample& sample : samples) horizon = std::max(horizon, sample.time_ms);
  horizon -= retention_ms(labels.name());
  std::vector<Sample> kept;
  for (const Sample& sample : samples) {
    if (sample.time_ms >= horizon) kept.push_back(sample);
  }
  std::stable_sort(kept.begin(), kept.end(), [](const Sample& a, const Sample& b) { return a.time_ms < b.time_ms; });
  std::vector<std::int64_t> times;
  for (const Sample& sample : kept) {
    if (times.empty() || times.back() != sample.time_ms) times.push_back(sample.time_ms);
  }
  table.add_frames(times);
  std::size_t taken = 0;
  const auto held = table.times();
  auto frame =
      kept.empty()
          ? 0
          : static_cast<std::size_t>(std::lower_bound(held.begin(), held.end(), kept.front().time_ms) - held.begin());
  for (const Sample& sample : kept) {
    while (held[frame] != sample.time_ms) ++frame;
    if (table.set(frame, column, row, sample.value)) ++taken;
  }
  table.trim();
  return taken;
}

LabelSet Store::Series::labels() const { return {table->metric(column), table->rows()[row].labels}; }

std::optional<Sample> Store::Series::at(std::int64_t time_ms, std::int64_t lookback_ms) const {
  const auto times = table->times();
  const std::size_t first = table->first_frame(column);
  std::size_t frame = times.size();
  if (!times.empty() && times.back() > time_ms) {
    frame = static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), time_ms) - times.begin());
  }
  while (frame > first && times[frame - 1] >= time_ms - lookback_ms) {
    const double value = table->cells(column, --frame)[row];
    if (is_no_sample(value)) continue;
    if (is_stale_marker(value)) return std::nullopt;
    return Sample{times[frame], value};
  }
  return std::nullopt;
}

void Store::Series::range(std::int64_t from_ms, std::int64_t to_ms, std::vector<Sample>& out) const {
  const auto times = table->times();
  const auto from = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), from_ms) - times.begin());
  for (std::size_t i = std::max(from, table->first_frame(column)); i < times.size() && times[i] <= to_ms; ++i) {
    const double value = table->cells(column, i)[row];
    if (is_sample(value)) out.push_back({times[i], value});
  }
}

std::vector<Store::Place> Store::places_of(std::string_view metric) const {
  std::vector<Place> places;
  if (!metrics_.contains(metric)) return places;
  for (const auto& [key, table] : tables_) {
    if (const auto column = table->find_column(metric)) places.push_back({table.get(), *column});
  }
  return places;
}

std::vector<Store::Series> Store::select(std::string_view name, std::span<const LabelMatcher> matchers) const {
  std::vector<Series> selected;
  const auto add = [&](const Table& table, std::uint32_t column) {
    for (std::uint32_t row = 0; row < table.rows().size(); ++row) {
      const Series series{&table, column, row};
      if (table.rows()[row].used && (matchers.empty() || fits(matchers, series.labels()))) selected.push_back(series);
    }
  };
  if (!name.empty()) {
    for (const Place& place : places_of(name)) add(*place.table, place.column);
    return selected;
  }
  for (const auto& [key, table] : tables_) {
    for (std::uint32_t column = 0; column < table->columns(); ++column) add(*table, column);
  }
  return selected;
}

bool Store::has_metric(std::string_view name) const {
  const auto places = places_of(name);
  return std::any_of(places.begin(), places.end(),
                     [](const Place& place) { return place.table->is_column_used(place.column); });
}

std::vector<std::string> Store::metrics() const {
  std::vector<std::string> names;
  for (const auto& [name, shared] : metrics_) {
    if (has_metric(name)) names.push_back(name);
  }
  return names;
}

Store::Size Store::size() const {
  Size size;
  for (const auto& [key, table] : tables_) {
    std::size_t rows = 0;
    for (const Table::Row& row : table->rows()) rows += row.used ? 1 : 0;
    for (std::uint32_t column = 0; column < table->columns(); ++column) {
      if (table->is_column_used(column)) size.series += rows;
    }
    size.samples += table->places();
    size.bytes += table->bytes() + sizeof(Table) + key.capacity();
  }
  return size;
}

std::optional<WallTime> Store::oldest() const {
  std::optional<WallTime> oldest;
  for (const auto& [key, table] : tables_) {
    if (table->times().empty()) continue;
    const WallTime first = from_unix_ms(table->times().front());
    oldest = std::min(oldest.value_or(first), first);
  }
  return oldest;
}

std::optional<WallTime> Store::newest() const {
  std::optional<WallTime> newest;
  for (const auto& [key, table] : tables_) {
    if (table->times().empty()) continue;
    const WallTime last = from_unix_ms(table->times().back());
    newest = std::max(newest.value_or(last), last);
  }
  return newest;
}

std::uint64_t Store::layout() const {
  std::uint64_t layout = (dropped_tables_ << 32) + tables_.size();
  for (const auto& [key, table] : tables_) layout += table->layout();
  return layout;
}

void Store::forget_node(std::string_view node) {
  dropped_tables_ += std::erase_if(tables_, [&](const auto& entry) { return entry.second->partition() == node; });
}

void Store::forget_before(WallTime time) {
  dropped_tables_ += std::erase_if(tables_, [&](const auto& entry) {
    const auto newest = entry.second->newest();
    return newest && *newest < to_unix_ms(time);
  });
}

}  // namespace hotspot::rules
