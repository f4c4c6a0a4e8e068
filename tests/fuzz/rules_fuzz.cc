// Arbitrary text as a rule file, as an expression, as a template, as saved state, as a pattern: nothing may crash, hang
// or leak. What passes the check is evaluated, on the fast path and on the general one, and an offset that a complaint
// names must be inside its text.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "actuator/loop/rule_records.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/evaluate/dense.h"
#include "actuator/rules/evaluate/evaluate.h"
#include "actuator/rules/evaluate/lookback.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/expression_check.h"
#include "actuator/rules/language/parser.h"
#include "actuator/rules/language/regex.h"
#include "actuator/rules/rule_set.h"
#include "actuator/rules/template/template.h"

namespace {

using namespace hotspot;
using namespace hotspot::rules;

void require(bool condition) {
  if (!condition) std::abort();
}

model::Cluster small_cluster(WallTime at) {
  model::Cluster cluster;
  for (const char* name : {"h1", "h2"}) {
    telemetry::NodeSnapshot snapshot;
    snapshot.taken_at = at;
    snapshot.sequence = 1;
    snapshot.interval_seconds = 1;
    snapshot.node.uuid = snapshot.node.name = name;
    snapshot.node.cpus = 4;
    snapshot.node.memory_bytes = kGibibyte;
    snapshot.node.cpu_ratio = 0.95;
    snapshot.node.cpu_domains_ratio = 0.9;
    for (const char* domain : {"a", "b"}) {
      telemetry::DomainSample sample;
      sample.uuid = std::string(name) + domain;
      sample.name = domain;
      sample.state = telemetry::DomainState::kRunning;
      sample.cpu_ratio = 0.95;
      sample.vcpus = 2;
      sample.vcpu_samples = {{.vcpu = 0, .cpu_ratio = 1.0}, {.vcpu = 1}};
      sample.disks = {{.device = "vda", .read_bytes_per_second = 1e6}};
      snapshot.domains.push_back(sample);
    }
    cluster.apply(snapshot, at);
  }
  return cluster;
}

using Fields = std::map<std::string, std::string>;

// Labels that were not UTF-8, of which two may have become one.
bool has_replaced(const Fields& fields) {
  return std::any_of(fields.begin(), fields.end(),
                     [](const auto& field) { return field.second.find("\xef\xbf\xbd") != std::string::npos; });
}

Fields restored(const Fields& saved) {
  auto read = loop::saved_rules(saved);
  require(read.ok());
  Engine engine;
  engine.restore(std::move(read).value());
  return loop::rule_fields(engine.save(), {});
}

void run_engine(std::shared_ptr<const RuleSet> rules) {
  Engine engine;
  engine.load(rules);
  WallTime now = from_unix_ms(1'763'700'000'000);
  for (int i = 0; i < 4; ++i) {
    now += std::chrono::seconds(i == 2 ? -5 : 1);
    engine.evaluate(small_cluster(now), now, {});
  }
  const auto saved = loop::rule_fields(engine.save(), {});
  require(has_replaced(saved) || restored(saved) == saved);
}

// Subqueries may take a million steps; that is no crash, but too slow for here.
bool looks_back_little(const RuleSet& rules) {
  for (const auto& [metric, reach] : lookback_of(rules)) {
    if (reach > std::chrono::minutes(10)) return false;
  }
  for (const Rule& rule : rules.rules) {
    if (rule.expression_text.find("ms") != std::string::npos) return false;
  }
  return true;
}

void try_file(const std::string& text) {
  const std::vector<SourceFile> files{{"fuzz.yaml", text}};
  const CheckedRules checked = check(files);
  const std::string shown = format(checked.diagnostics, files);
  require(checked.ok() || !shown.empty());
  if (checked.ok() && checked.rules->rules.size() < 50 && looks_back_little(*checked.rules)) run_engine(checked.rules);
}

// Series of nodes and domains, with what is odd in some, and a few of other names.
Store make_store(WallTime now) {
  Store store;
  const std::int64_t end = to_unix_ms(now);
  const double odd[] = {0.5, -1, HUGE_VAL, std::nan(""), stale_marker(), no_sample(), 1e300, 0};
  std::size_t next = 0;
  for (const char* node : {"h1", "h2"}) {
    Table& domains = store.node_table(node, Table::Kind::kDomains);
    Table& nodes = store.node_table(node, Table::Kind::kNodes);
    const std::uint32_t row = nodes.row(std::make_shared<const Labels>(Labels{{"node", node}}));
    for (int i = 20; i >= 0; --i) {
      const std::size_t frame = domains.frame(end - i * 10'000, stale_marker())->index;
      for (const char* metric : {"domain_cpu_ratio", "domain_vcpus"}) {
        for (const char* domain : {"a", "b", "c"}) {
          const std::uint32_t place =
              domains.row(std::make_shared<const Labels>(Labels{{"domain", domain}, {"node", node}}));
          domains.set(frame, store.column(domains, metric), place, i % 3 == 0 ? odd[next++ % 8] : 0.1 * i);
        }
      }
      const std::size_t of_node = nodes.frame(end - i * 10'000, stale_marker())->index;
      nodes.set(of_node, store.column(nodes, "node_cpu_ratio"), row, 0.9);
    }
  }
  for (const char* le : {"0.1", "1", "+Inf"}) {
    for (int i = 20; i >= 0; --i) {
      store.append({{"__name__", "x"}, {"le", le}}, now - std::chrono::seconds(10 * i),
                   i % 5 == 0 ? odd[next++ % 8] : i);
    }
  }
  return store;
}

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b)) || std::fabs(a - b) <= 1e-9 * std::fabs(a);
}

// Right by grammar and types: it has a value or a sentence, and the fast path says the same as the general one.
void try_evaluation(const std::string& text) {
  ParsedExpression parsed = parse_expression(text);
  if (!parsed.expression) return;
  check_expression(*parsed.expression, parsed.problems, {.any_name = true, .recorded = {}});
  for (const TextProblem& problem : parsed.problems) {
    if (problem.severity == Severity::kError) return;
  }
  const WallTime now = from_unix_ms(1'763'700'000'000);
  static Store store = make_store(now);
  EvaluateOptions options;
  options.max_steps = 2000;
  options.max_samples = 200'000;
  const auto value = evaluate(*parsed.expression, store, now, options);
  require(value.ok() || !value.error().message.empty());
  Lookback lookback;
  add_lookback(*parsed.expression, options, lookback);
  if (parsed.expression->type != ValueType::kVector) return;
  Dense dense(store);
  dense.begin();
  const DenseVector* fast = dense.evaluate(*parsed.expression, now, options);
  if (fast == nullptr || !value.ok()) return;
  std::size_t present = 0;
  for (const std::uint8_t one : fast->present) present += one;
  require(present == value->vector.size());
  for (std::size_t i = 0; i < fast->present.size(); ++i) {
    if (fast->present[i] == 0) continue;
    const LabelSet labels(nullptr, *dense.rows(fast->space)[i].labels);
    require(std::any_of(value->vector.begin(), value->vector.end(), [&](const Element& element) {
      return element.labels.without_name() == labels && same(element.value, fast->values[i]);
    }));
  }
}

void try_rest(const std::string& text) {
  ParsedExpression parsed = parse_expression(text);
  require(parsed.expression != nullptr || parsed.problems.size() == 1);
  if (parsed.expression) check_expression(*parsed.expression, parsed.problems);
  for (const TextProblem& problem : parsed.problems) require(problem.offset <= text.size());
  for (const TextProblem& problem : check_template(text, {{}, true})) require(problem.offset <= text.size());
  try_evaluation(text);
  expand_template(text, 0.5, {{"domain", "a"}});
  Engine engine;
  for (const char* field : {"rule_state", "rule_state:00"}) {
    auto read = loop::saved_rules({{field, text}, {"rule_clock", text}});
    if (!read) continue;
    engine.restore(std::move(read).value());
    engine.evaluate({}, from_unix_ms(1), {});
  }
  const auto regex = Regex::compile(text);
  if (regex)
    require(regex->matches("vm-cpu-01") == regex->captures("vm-cpu-01").has_value());
  else
    require(regex.error().offset <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try_file(text);
  try_file("groups:\n- name: g\n  rules:\n  - hotspot: A\n    expr: |\n     " + text + "\n");
  try_rest(text);
  return 0;
}
