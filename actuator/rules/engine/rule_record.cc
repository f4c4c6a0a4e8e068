// Stores the values of a recording rule as series.
#include <algorithm>

#include "actuator/rules/engine/rule_pass.h"

namespace hotspot::rules {

void RulePass::record() {
  if (record_dense()) return;
  Result<Value> value = evaluate(*rule_.expression, context_.store, context_.now, options_);
  if (!value) {
    complain(value.error().message);
    return append_record({});
  }
  Vector values = std::move(value->vector);
  if (value->type == ValueType::kScalar) values.push_back({{}, value->scalar});
  for (Element& element : values) {
    for (const auto& [name, text] : rule_.labels) {
      element.labels = element.labels.with(name, text);  // unchanged: Prometheus expands no templates here
    }
  }
  if (rule_.limit && values.size() > static_cast<std::size_t>(*rule_.limit)) {
    complain("gives " + std::to_string(values.size()) + " series, more than its limit of " +
             std::to_string(*rule_.limit) + "; none is recorded");
    values.clear();
  }
  append_record(values);
}

// Two rules may record the same series with different labels.
Table& RulePass::record_table() {
  std::string& key = context_.records[index_].table;
  if (key.empty()) {
    const auto& all = context_.rules.rules;
    const auto before =
        std::count_if(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(index_),
                      [&](const Rule& rule) { return rule.kind == rule_.kind && rule.name == rule_.name; });
    key = "record " + rule_.name + " " + std::to_string(before);
  }
  return context_.store.table(key);
}

// Directly from the arrays, if the rule adds no labels of its own.
bool RulePass::record_dense() {
  if (!rule_.labels.empty() || rule_.limit) return false;
  const DenseVector* values = context_.dense.evaluate(*rule_.expression, context_.now, options_);
  if (values == nullptr) return false;
  const std::vector<DenseRow>& rows = context_.dense.rows(values->space);
  Table& table = record_table();
  const std::uint32_t column = context_.store.column(table, rule_.name);
  RecordRows& record = context_.records[index_];
  if (record.dense_layout != context_.dense.layout() || record.record_layout != table.layout()) {
    record.rows.assign(rows.size(), kNoId);
    record.dense_layout = context_.dense.layout();
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (values->present[i] == 0 || record.rows[i] != kNoId) continue;
    record.rows[i] = table.row(rows[i].table->rows()[rows[i].row].labels);
  }
  const std::int64_t time = to_unix_ms(context_.now);
  table.drop_from(time);
  const auto frame = table.frame(time, stale_marker());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (values->present[i] != 0) table.set(frame->index, column, record.rows[i], values->values[i]);
  }
  table.trim();
  record.record_layout = table.layout();
  return true;
}

// A series that is no longer among the values ends: the frame is filled with the stale marker.
void RulePass::append_record(const Vector& values) {
  Table& table = record_table();
  const std::int64_t time = to_unix_ms(context_.now);
  table.drop_from(time);
  const auto frame = table.frame(time, stale_marker());
  const std::uint32_t column = context_.store.column(table, rule_.name);
  for (const Element& element : values) {
    const std::uint32_t row = table.row(element.labels.shared_labels());
    if (!table.set(frame->index, column, row, element.value)) {
      complain("two values for one series, " + element.labels.without_name().describe() + "; the first one counts");
    }
  }
  table.trim();
}

}  // namespace hotspot::rules
