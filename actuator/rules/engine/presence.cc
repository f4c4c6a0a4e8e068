#include "actuator/rules/engine/presence.h"

namespace hotspot::rules {

const MeasuredOf& Presence::of(const std::string& metric, WallTime now, const EvaluateOptions& options) {
  const auto [known, is_new] = known_.try_emplace(metric);
  if (!is_new) return known->second;
  known->second.nodes.resize(nodes_.size());
  known->second.subjects.resize(subjects_.size());
  for (const Store::Place& place : store_.places_of(metric)) read(place, now, options, known->second);
  return known->second;
}

void Presence::read(const Store::Place& place, WallTime now, const EvaluateOptions& options, MeasuredOf& measured) {
  const Table& table = *place.table;
  const auto& lookback = options.lookback_of;
  const std::int64_t lookback_ms = (lookback ? lookback(table) : options.lookback).count();
  std::uint32_t node = nodes_.find_by_name(table.partition());
  for (std::uint32_t row = 0; row < table.rows().size(); ++row) {
    const Table::Row& of = table.rows()[row];
    if (!of.used || of.away) continue;
    if (!Store::Series{&table, place.column, row}.at(to_unix_ms(now), lookback_ms)) continue;
    measured.any = true;
    std::uint32_t domain = table.kind() == Table::Kind::kDomains ? of.subject : kNoId;
    if (table.kind() == Table::Kind::kOther) {
      node = nodes_.find_by_name(LabelSet(nullptr, of.labels).get("node"));
      domain = domain_of(*of.labels);
    }
    if (node != kNoId) measured.nodes[node] = true;
    if (domain != kNoId) measured.subjects[domain] = true;
  }
}

std::uint32_t Presence::domain_of(const Labels& labels) {
  const LabelSet set(nullptr, std::make_shared<const Labels>(labels));
  if (set.get("domain").empty() || set.get("node").empty()) return kNoId;
  Table* table = store_.find_table("domains " + std::string(set.get("node")));
  if (table == nullptr) return kNoId;
  const auto row = table->find_row(set.only({"domain", "node"}).shared_labels());
  return row ? table->rows()[*row].subject : kNoId;
}

}  // namespace hotspot::rules
