// Maps the values of an expression to subjects.
#include <algorithm>

#include "actuator/rules/engine/rule_pass.h"

namespace hotspot::rules {

bool RulePass::find(const Expression& expression, std::vector<Found>& found) {
  if (const DenseVector* values = context_.dense.evaluate(expression, context_.now, options_)) {
    find_dense(*values, found);
    return true;
  }
  return find_general(expression, found);
}

void RulePass::find_dense(const DenseVector& values, std::vector<Found>& found) {
  const std::vector<DenseRow>& rows = context_.dense.rows(values.space);
  const bool cluster = context_.cluster != nullptr;
  const Table* table = nullptr;
  std::uint32_t node = kNoId;
  found.reserve(static_cast<std::size_t>(std::count(values.present.begin(), values.present.end(), 1)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (values.present[i] == 0) continue;
    const DenseRow& row = rows[i];
    if (cluster && row.table != table) {
      table = row.table;
      node = context_.nodes.find_by_name(table->partition());
    }
    if (cluster && (node == kNoId || (context_.nodes.at(node).stale && !about_data_))) continue;
    if (cluster && row.table->row_at(row.row).away) continue;
    const std::uint32_t subject = row.subject != kNoId ? row.subject : number_row(row);
    found.push_back({subject, node, values.values[i], nullptr});
  }
}

// Without a cluster, a row's subject is identified by its labels.
std::uint32_t RulePass::number_row(const DenseRow& row) {
  Table::Row& of = row.table->row_at(row.row);
  const SubjectKind kind = SubjectKind::kCluster;
  if (of.subject == kNoId) of.subject = context_.subjects.id_of(kind, "", subject_key(kind, "", *of.labels));
  context_.subjects.set_labels(of.subject, of.labels);
  return row.subject = of.subject;
}

bool RulePass::find_general(const Expression& expression, std::vector<Found>& found) {
  Result<Value> value = evaluate(expression, context_.store, context_.now, options_);
  if (!value) {
    complain(value.error().message);
    return false;
  }
  // As in Prometheus, an alert on a scalar always fires. A hotspot does not: there is no subject to act on.
  if (value->type == ValueType::kScalar && rule_.kind == RuleKind::kAlert) value->vector.push_back({{}, value->scalar});
  for (const Element& element : value->vector) {
    auto one = resolve(element);
    if (!one) continue;
    one->value = element.value;
    one->labels = &held_.emplace_back(element.labels.shared_labels());
    found.push_back(*one);
  }
  return true;
}

std::optional<Found> RulePass::resolve(const Element& element) {
  const Labels& labels = element.labels.labels();
  Subjects& subjects = context_.subjects;
  if (context_.cluster == nullptr || rule_.subject == SubjectKind::kCluster) {
    const SubjectKind kind = SubjectKind::kCluster;
    return Found{.subject = subjects.id_of(kind, "", subject_key(kind, "", labels))};
  }
  if (rule_.subject == SubjectKind::kDomain) return resolve_domain(element.labels);
  const std::uint32_t node = context_.nodes.find_by_name(element.labels.get("node"));
  if (node == kNoId || (context_.nodes.at(node).stale && !about_data_)) return std::nullopt;
  const std::string& uuid = context_.nodes.at(node).uuid;
  return Found{.subject = subjects.id_of(SubjectKind::kNode, uuid, subject_key(SubjectKind::kNode, uuid, labels)),
               .node = node};
}

// By the names of domain and node; by the domain's alone if the name is unique.
std::optional<Found> RulePass::resolve_domain(const LabelSet& labels) {
  const std::string name(labels.get("domain"));
  std::string node_name(labels.get("node"));
  const bool has_node = !node_name.empty();
  if (!has_node) {
    const DomainNames::Named& named = context_.domain_names.of(name);
    if (named.domains > 1) {
      complain(std::to_string(named.domains) + " domains have the name '" + name +
               "'; keep the label node in the expression");
    }
    if (named.node == nullptr) return std::nullopt;
    node_name = named.node->name();
  }
  const std::uint32_t node = context_.nodes.find_by_name(node_name);
  if (node == kNoId || (context_.nodes.at(node).stale && !about_data_)) return std::nullopt;
  const Table& table = context_.store.node_table(node_name, Table::Kind::kDomains);
  const auto row = table.find_row(std::make_shared<const Labels>(Labels{{"domain", name}, {"node", node_name}}));
  if (!row || table.rows()[*row].subject == kNoId || table.rows()[*row].away) return std::nullopt;
  // Without other labels it is the domain as a whole, which its row knows.
  if (labels.labels().size() == (has_node ? 2 : 1) && !name.empty()) {
    return Found{.subject = table.rows()[*row].subject, .node = node};
  }
  const std::string uuid = context_.subjects.at(table.rows()[*row].subject).uuid;
  const std::string key = subject_key(SubjectKind::kDomain, uuid, labels.labels());
  return Found{.subject = context_.subjects.id_of(SubjectKind::kDomain, uuid, key), .node = node};
}

}  // namespace hotspot::rules
