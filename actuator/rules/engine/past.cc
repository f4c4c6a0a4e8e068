#include "actuator/rules/engine/past.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "actuator/rules/engine/engine.h"

namespace hotspot::rules {
namespace {

constexpr Milliseconds kTogether{1000};
constexpr std::string_view kAboutData = "data ";

// A frame of the past, and the times that it represents.
struct Spread {
  std::size_t frame = 0;
  std::int64_t time_ms = 0;
};

}  // namespace

Past::Past(std::shared_ptr<const RuleSet> rules, WallTime until, Of of) : engine_({.only_records = true}), of_(of) {
  reach_ = reach_of(*rules);
  records_from_ = until - reach_.recorded;
  engine_.load(std::move(rules));
  engine_.observe(cluster_, WallTime{});  // sets the engine up for a cluster: only the needed ranges are kept
}

void Past::add(telemetry::NodeSnapshot snapshot) {
  const bool again = batch_.contains(snapshot.node.uuid);
  if (!batch_.empty() && (again || snapshot.taken_at >= now_ + kTogether)) evaluate();
  if (batch_.empty()) now_ = snapshot.taken_at;
  const std::string uuid = snapshot.node.uuid, name = snapshot.node.name;
  const WallTime time = snapshot.taken_at;
  const Milliseconds step(std::llround(snapshot.interval_seconds * 1000));
  snapshot.sequence = ++sequence_[uuid];
  if (cluster_.apply(std::move(snapshot), time, freshness_) != model::Ingest::kTaken) return;
  now_ = std::max(now_, time);
  batch_step_ = batch_.empty() ? step : std::min(batch_step_, step);
  batch_.insert(uuid);
  auto& stretches = stretches_[name];
  if (stretches.empty() || stretches.back().step != step) stretches.push_back({time, step});
  ++snapshots_;
  oldest_ = std::min(oldest_.value_or(time), time);
  newest_ = std::max(newest_.value_or(time), time);
}

void Past::evaluate() {
  batch_.clear();
  auto& all = stretches_[""];
  if (all.empty() || all.back().step != batch_step_) all.push_back({now_, batch_step_});
  engine_.observe(cluster_, now_);
  if (has_records() && reach_.recorded.count() > 0 && now_ >= records_from_) engine_.step(cluster_, now_, freshness_);
}

void Past::finish() {
  if (!batch_.empty()) evaluate();
  cluster_ = {};
}

Milliseconds Past::step_at(const std::string& node, WallTime time) const {
  const auto stretches = stretches_.find(node);
  if (stretches == stretches_.end() || stretches->second.empty()) return Milliseconds(0);
  const auto after = std::upper_bound(stretches->second.begin(), stretches->second.end(), time,
                                      [](WallTime t, const Stretch& stretch) { return t < stretch.from; });
  return after == stretches->second.begin() ? after->step : std::prev(after)->step;
}

Backfill::Backfill(std::shared_ptr<const Past> past, std::function<Milliseconds(const std::string&)> interval_of)
    : past_(std::move(past)), interval_of_(std::move(interval_of)) {}

bool Backfill::step(Engine& live) {
  // Another set may read other series and keep others.
  if (live.rules() != past_->rules()) return false;
  const auto& tables = past_->store().tables();
  auto next = begun_ ? tables.upper_bound(done_) : tables.begin();
  begun_ = true;
  if (next == tables.end()) return false;
  done_ = next->first;
  if (next->first.starts_with(kAboutData)) return true;
  const Table& from = *next->second;
  Store& store = live.store();
  // A node that is absent now gets no past; a recorded series exists as soon as its rule does.
  const bool recorded = from.kind() == Table::Kind::kOther && from.partition().empty();
  if (recorded && !past_->has_records()) return true;
  Table* to = recorded ? &store.table(next->first) : store.find_table(next->first);
  if (to == nullptr) return true;
  const auto metric = from.columns() == 0 ? std::string_view() : std::string_view(*from.metric(0));
  if (recorded && past_->reach().made_of_windows.contains(metric))
    to->drop_from(std::numeric_limits<std::int64_t>::min());
  fill(from, *to, store);
  return true;
}

// kNoId: the row is of a domain that does not run here now.
std::vector<std::uint32_t> Backfill::rows_of(const Table& from, Table& to, Store& live) const {
  const bool recorded = from.kind() == Table::Kind::kOther && from.partition().empty();
  std::vector<std::uint32_t> rows(from.rows().size(), kNoId);
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const Table::Row& row = from.rows()[i];
    if (!row.used) continue;
    const LabelSet labels(nullptr, row.labels);
    if (const auto known = to.find_row(row.labels)) {
      rows[i] = *known;
      continue;
    }
    if (!recorded) continue;
    const std::string node(labels.get("node"));
    if (!labels.get("domain").empty() && !node.empty()) {
      const Table* domains = live.find_table("domains " + node);
      if (domains == nullptr || !domains->find_row(labels.only({"domain", "node"}).shared_labels())) continue;
    }
    rows[i] = to.row(row.labels);
  }
  return rows;
}

void Backfill::fill(const Table& from, Table& to, Store& live) {
  const std::string& node = from.partition();
  const Milliseconds interval = std::max(interval_of_(node), Milliseconds(1));
  const std::vector<std::uint32_t> rows = rows_of(from, to, live);
  for (std::uint32_t column = 0; column < from.columns(); ++column) {
    if (!from.is_column_used(column)) continue;
    const std::uint32_t into = live.column(to, *from.metric(column));
    const auto now = to.newest();
    std::optional<std::int64_t> before = now;
    if (to.is_column_used(into)) before = to.times()[to.first_frame(into)];
    const std::int64_t keep = std::min(live.retention(*from.metric(column)).count(), kForEver);
    const std::int64_t horizon = std::max(now.value_or(from.times().back()), from.times().back()) - keep;
    std::vector<Spread> spread;
    for (std::size_t frame = from.first_frame(column); frame < from.times().size(); ++frame) {
      const std::int64_t end = from.times()[frame];
      const std::int64_t step = std::max(past_->step_at(node, from_unix_ms(end)), Milliseconds(1)).count();
      const std::int64_t parts = std::max<std::int64_t>(1, std::llround(double(step) / double(interval.count())));
      for (std::int64_t i = 1; i <= parts; ++i) {
        const std::int64_t time = end - step + step * i / parts;
        const bool later = spread.empty() || time > spread.back().time_ms;
        if (later && time >= horizon && (!before || time < *before)) spread.push_back({frame, time});
      }
    }
    std::vector<std::int64_t> times;
    for (const Spread& one : spread) times.push_back(one.time_ms);
    to.add_frames(times);
    std::size_t at = 0;
    for (const Spread& one : spread) {
      while (to.times()[at] != one.time_ms) ++at;
      const double* cells = from.cells(column, one.frame);
      for (std::uint32_t row = 0; row < rows.size(); ++row) {
        if (rows[row] == kNoId || is_no_sample(cells[row])) continue;
        if (to.set(at, into, rows[row], cells[row])) ++samples_;
      }
    }
  }
  to.trim();
}

}  // namespace hotspot::rules
