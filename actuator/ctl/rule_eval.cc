// hotspotctl rule eval: evaluates one expression on the present content of Redis.
#include <cstdio>
#include <set>

#include "actuator/ctl/live_data.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/rules/files/check.h"
#include "common/text/ascii.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

struct ResultRow {
  std::map<std::string, std::string> labels;
  double value = 0;
  std::size_t samples = 1;
};

std::vector<ResultRow> rows_of(const rules::Value& value) {
  std::vector<ResultRow> rows;
  for (const rules::Element& one : value.vector) {
    ResultRow row{one.labels.map(), one.value, 1};
    if (one.labels.has_name()) row.labels["__name__"] = one.labels.name();
    rows.push_back(std::move(row));
  }
  for (const rules::Range& one : value.matrix) {
    if (!one.samples.empty()) rows.push_back({one.labels.map(), one.samples.back().value, one.samples.size()});
  }
  return rows;
}

// One column per label: node and domain first, as in all tables.
std::vector<std::string> label_columns(const std::vector<ResultRow>& rows) {
  std::set<std::string> names;
  for (const ResultRow& row : rows) {
    for (const auto& [name, value] : row.labels) names.insert(name);
  }
  std::vector<std::string> columns;
  for (const char* first : {"node", "domain"}) {
    if (names.erase(first) > 0) columns.emplace_back(first);
  }
  names.erase("__name__");
  columns.insert(columns.end(), names.begin(), names.end());
  return columns;
}

int show(Session& session, const rules::Expression& expression, const rules::Value& value, WallTime now) {
  const auto unit = unit_of(expression);
  if (value.type == rules::ValueType::kScalar || value.type == rules::ValueType::kString) {
    const bool number = value.type == rules::ValueType::kScalar;
    const std::string text = number ? value_cell(value.scalar, unit) : value.text;
    if (session.format() == Format::kTable) return say(text), kDone;
    const Json result = number ? json_number(value.scalar) : Json(value.text);
    std::fputs(to_text({{"at", to_unix_seconds(now)}, {"value", result}}, session.format()).c_str(), stdout);
    return kDone;
  }
  const std::vector<ResultRow> rows = rows_of(value);
  const bool ranges = value.type == rules::ValueType::kRange;
  std::vector<Column> columns;
  const std::vector<std::string> labels = label_columns(rows);
  for (const std::string& label : labels) columns.push_back({text::upper_case(label)});
  columns.push_back({ranges ? "NEWEST" : "VALUE", true});
  if (ranges) columns.push_back({"SAMPLES", true});
  std::vector<std::vector<std::string>> cells;
  Json result = Json::array();
  for (const ResultRow& row : rows) {
    std::vector<std::string>& line = cells.emplace_back();
    for (const std::string& label : labels) {
      const auto found = row.labels.find(label);
      line.push_back(found == row.labels.end() ? "-" : found->second);
    }
    line.push_back(value_cell(row.value, unit));
    if (ranges) line.push_back(std::to_string(row.samples));
    result.push_back({{"labels", row.labels}, {"value", json_number(row.value)}, {"samples", row.samples}});
  }
  if (rows.empty() && session.format() == Format::kTable) {
    fail("no value: nothing was measured, or nothing is left of it");
    return kNothing;
  }
  session.show(columns, cells, {{"at", to_unix_seconds(now)}, {"result", result}}, "");
  return rows.empty() ? kNothing : kDone;
}

}  // namespace

int rule_eval(Session& session, const std::string& text) {
  // Series recorded by the configured rules are available too; invalid or missing rules do not prevent an answer.
  const auto files = read_rule_paths({session.config().rules_path});
  const auto checked = files ? rules::check(*files) : rules::CheckedRules{};
  const rules::RuleSet all = checked.ok() ? *checked.rules : rules::RuleSet{};
  const auto expression = read_expression(text, all);
  if (expression == nullptr) return kFailed;
  // "1 + 1" or "hour()" reads no sample, so it needs no Redis.
  const bool asks = !rules::selectors_of(*expression).empty();
  const auto set = records_and(all, expression);
  const auto live = asks ? read_live(session, set) : no_data(session, set);
  if (!live) return fail(live.error().message);
  const LiveData& data = **live;
  const auto value = rules::evaluate(*expression, data.engine.store(), data.now, data.options);
  if (!value) return fail(value.error().message);
  return show(session, *expression, *value, data.now);
}

}  // namespace hotspot::ctl
