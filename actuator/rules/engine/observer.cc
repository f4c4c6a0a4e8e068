#include "actuator/rules/engine/observer.h"

#include <algorithm>
#include <utility>

namespace hotspot::rules {
namespace {

// A table without a new sample for this long belongs to a node that no longer exists.
constexpr Milliseconds kForgetTables = std::chrono::hours(24);

std::shared_ptr<const Labels> node_labels(const model::Node& node) {
  return std::make_shared<const Labels>(Labels{{"node", node.name()}});
}

std::shared_ptr<const Labels> domain_labels(const model::Node& node, const model::DomainSample& domain) {
  return std::make_shared<const Labels>(Labels{{"domain", domain.name}, {"node", node.name()}});
}

}  // namespace

void Observer::judge_by(const model::Freshness& freshness, const model::Margins& margins) {
  freshness_ = freshness;
  margins_ = margins;
}

void Observer::want(const std::set<std::string, std::less<>>& metrics) {
  wanted_.clear();
  of_cluster_.clear();
  about_data_ = false;
  for (const model::SeriesInfo& series : model::series_catalog()) {
    if (metrics.contains(series.name)) want(series);
  }
}

void Observer::want_all() {
  wanted_.clear();
  of_cluster_.clear();
  for (const model::SeriesInfo& series : model::series_catalog()) want(series);
}

void Observer::want(const model::SeriesInfo& series) {
  if (model::is_of_cluster(series)) return of_cluster_.push_back(&series);
  if (model::is_about_data(series)) about_data_ = true;
  wanted_.push_back(&series);
}

void Observer::observe(const model::Cluster& cluster, WallTime now, std::vector<std::string>& problems) {
  if (now < now_) {
    for (const auto& [key, table] : store_.tables()) table->move_back_to(to_unix_ms(now));
  }
  now_ = now;
  for (const auto& [uuid, node] : cluster.nodes()) {
    const std::uint32_t id = nodes_.id_of(uuid);
    KnownNode& known = nodes_.at(id);
    if (!known.in_cluster || known.name != node.name()) nodes_.set_name(id, node.name());
    if (!std::exchange(known.in_cluster, true)) ++in_cluster_;
    known.cadence = node.cadence;
    if (nodes_.find_by_name(node.name()) != id) {
      problems.push_back("two nodes have the name '" + node.name() + "'; rules see the first of them only");
      continue;
    }
    if (known.taken_at != node.taken_at()) add(cluster, node, id);
    known.taken_at = node.taken_at();
    if (about_data_) take_about_data(cluster, node, now);
  }
  take_cluster(cluster, now);
  if (++rounds_ % 256 == 0 || in_cluster_ > cluster.nodes().size()) forget_gone(cluster, now);
}

// A node's clock may be slightly ahead: for the rules, nothing is in the future.
std::int64_t Observer::stamp(const model::Node& node) const { return to_unix_ms(std::min(node.taken_at(), now_)); }

void Observer::add(const model::Cluster& cluster, const model::Node& node, std::uint32_t id) {
  const std::int64_t time = stamp(node);
  const std::string& name = node.name();
  Table& nodes = store_.node_table(name, Table::Kind::kNodes);
  const std::uint32_t row = nodes.row(node_labels(node));
  if (nodes.row_at(row).subject == kNoId) {
    nodes.set_subject(
        row, subjects_.id_of(SubjectKind::kNode, node.uuid(), subject_key(SubjectKind::kNode, node.uuid(), {})));
    subjects_.set_labels(nodes.rows()[row].subject, nodes.rows()[row].labels);
  }
  take_domains(cluster, node);
  Table& domains = store_.node_table(name, Table::Kind::kDomains);
  for (Table* table : {&nodes, &domains}) {
    table->drop_from(time);
    table->frame(time, stale_marker());
  }
  for (const model::SeriesInfo* series : wanted_) {
    if (!model::is_about_data(*series)) take_metric(cluster, node, *series);
  }
  nodes.row_at(row).last_present_ms = time;
  nodes.trim();
  domains.trim();
  nodes_.at(id).taken_at = node.taken_at();
  nodes_.at(id).observed_at = now_;
}

// Creates rows for the domains that run here; a domain's row on another node is marked.
void Observer::take_domains(const model::Cluster& cluster, const model::Node& node) {
  Table& table = store_.node_table(node.name(), Table::Kind::kDomains);
  const std::int64_t time = stamp(node);
  rows_.clear();
  for (const model::DomainSample& domain : node.snapshot->domains) {
    if (!model::is_running(domain) || !cluster.belongs_here(node, domain)) continue;
    const std::uint32_t row = row_of(table, node, domain);
    table.row_at(row).last_present_ms = time;
    table.row_at(row).away = false;
    rows_.emplace(&domain, row);
    Place& place = where_[domain.uuid];
    const bool moved = place.table != nullptr && (place.table != &table || place.row != row);
    if (moved && place.row < place.table->rows().size()) {
      Table::Row& before = place.table->row_at(place.row);
      if (before.used && before.subject == table.rows()[row].subject) before.away = true;
    }
    place = {&table, row};
  }
}

std::uint32_t Observer::row_of(Table& table, const model::Node& node, const model::DomainSample& domain) {
  const auto known = where_.find(domain.uuid);
  if (known != where_.end() && known->second.table == &table && known->second.row < table.rows().size()) {
    const Table::Row& row = table.rows()[known->second.row];
    if (row.used && row.subject != kNoId && subjects_.at(row.subject).uuid == domain.uuid &&
        (*row.labels)[0].second == domain.name) {
      return known->second.row;
    }
  }
  const std::uint32_t row = table.row(domain_labels(node, domain));
  const std::string key = subject_key(SubjectKind::kDomain, domain.uuid, {});
  table.set_subject(row, subjects_.id_of(SubjectKind::kDomain, domain.uuid, key));
  subjects_.set_labels(table.rows()[row].subject, table.rows()[row].labels);
  return row;
}

void Observer::take_metric(const model::Cluster& cluster, const model::Node& node, const model::SeriesInfo& series) {
  values_.clear();
  read_series({cluster, node.taken_at()}, node, series, values_);
  if (values_.empty()) return;
  const bool by_node = series.scope == model::Scope::kNode;
  const bool by_domain = series.scope == model::Scope::kDomain;
  const std::int64_t time = stamp(node);
  if (by_node || by_domain) {
    Table& table = store_.node_table(node.name(), by_node ? Table::Kind::kNodes : Table::Kind::kDomains);
    const std::uint32_t column = store_.column(table, series.name);
    const std::size_t frame = table.times().size() - 1;
    for (const model::SeriesValue& value : values_) {
      table.set(frame, column, by_node ? 0 : rows_.at(value.domain), value.value);
    }
    return;
  }
  Table& table = store_.table(Store::parts_key(node.name(), series.name), node.name());
  table.drop_from(time);
  const auto frame = table.frame(time, stale_marker());
  const std::uint32_t column = store_.column(table, series.name);
  for (const model::SeriesValue& value : values_) {
    Labels labels = *domain_labels(node, *value.domain);
    if (series.scope == model::Scope::kVcpu)
      labels.emplace_back("vcpu", std::to_string(value.vcpu));
    else
      labels.insert(labels.begin(), {"device", std::string(value.device)});
    std::sort(labels.begin(), labels.end());
    table.set(frame->index, column, table.row(std::make_shared<const Labels>(std::move(labels))), value.value);
  }
  table.trim();
}

// At each evaluation: these series change without a snapshot.
void Observer::take_about_data(const model::Cluster& cluster, const model::Node& node, WallTime now) {
  const std::int64_t time = to_unix_ms(now);
  for (const model::SeriesInfo* series : wanted_) {
    if (!model::is_about_data(*series)) continue;
    values_.clear();
    read_series({cluster, now}, node, *series, values_);
    Table& table = store_.table("data " + node.name() + " " + std::string(series->name));
    table.drop_from(time);
    const auto frame = table.frame(time, stale_marker());
    const std::uint32_t column = store_.column(table, series->name);
    const std::uint32_t row = table.row(node_labels(node));
    for (const model::SeriesValue& value : values_) table.set(frame->index, column, row, value.value);
    table.trim();
  }
}

// At each evaluation too: what is stale by then counts no more.
void Observer::take_cluster(const model::Cluster& cluster, WallTime now) {
  const std::int64_t time = to_unix_ms(now);
  for (const model::SeriesInfo* series : of_cluster_) {
    std::vector<model::ClusterValue> values;
    read_cluster_series({cluster, now, freshness_, margins_}, *series, values);
    Table& table = store_.table("cluster " + std::string(series->name));
    table.drop_from(time);
    const auto frame = table.frame(time, stale_marker());
    const std::uint32_t column = store_.column(table, series->name);
    for (const model::ClusterValue& value : values) {
      Labels labels;
      if (!value.resource.empty()) labels.emplace_back("resource", value.resource);
      table.set(frame->index, column, table.row(std::make_shared<const Labels>(std::move(labels))), value.value);
    }
    table.trim();
  }
}

// The node left the cluster: rules no longer see its samples, unless another node has its name by now.
void Observer::forget_node(std::uint32_t id) {
  const std::string name = nodes_.at(id).name;
  nodes_.at(id).in_cluster = false;
  nodes_.forget(id);
  --in_cluster_;
  if (nodes_.find_by_name(name) != kNoId) return;
  std::erase_if(where_, [&](const auto& entry) { return entry.second.table->partition() == name; });
  store_.forget_node(name);
}

void Observer::forget_gone(const model::Cluster& cluster, WallTime now) {
  for (std::uint32_t id = 0; id < nodes_.size(); ++id) {
    KnownNode& node = nodes_.at(id);
    if (node.in_cluster && cluster.find_node(node.uuid) == nullptr) forget_node(id);
  }
  std::erase_if(where_, [&](const auto& entry) {
    const Place& place = entry.second;
    if (place.row >= place.table->rows().size()) return true;
    const Table::Row& row = place.table->rows()[place.row];
    return !row.used || row.subject == kNoId || subjects_.at(row.subject).uuid != entry.first;
  });
  std::set<const Table*> gone;
  for (const auto& [key, table] : store_.tables()) {
    const auto newest = table->newest();
    if (newest && *newest < to_unix_ms(now - kForgetTables)) gone.insert(table.get());
  }
  if (gone.empty()) return;
  std::erase_if(where_, [&](const auto& entry) { return gone.contains(entry.second.table); });
  store_.forget_before(now - kForgetTables);
}

}  // namespace hotspot::rules
