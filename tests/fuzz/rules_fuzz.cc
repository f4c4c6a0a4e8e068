// Arbitrary text as a rule file, as an expression, as a template, as saved state, as a pattern: nothing may crash, hang
// or leak. What passes the check is evaluated, and an offset that a complaint names must be inside its text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "actuator/rules/expression.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/regex.h"
#include "actuator/rules/rule_set.h"
#include "actuator/rules/template.h"

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

void run_engine(std::shared_ptr<const RuleSet> rules) {
  Engine engine;
  engine.load(rules);
  WallTime now = from_unix_ms(1'763'700'000'000);
  for (int i = 0; i < 4; ++i) {
    now += std::chrono::seconds(i == 2 ? -5 : 1);
    engine.evaluate(small_cluster(now), now, {});
  }
  const std::string saved = engine.save();
  Engine other;
  require(other.restore(saved).ok());
  require(other.save() == saved);
}

void try_file(const std::string& text) {
  const std::vector<SourceFile> files{{"fuzz.yaml", text}};
  const CheckedRules checked = check(files);
  const std::string shown = format(checked.diagnostics, files);
  require(checked.ok() || !shown.empty());
  if (checked.ok() && checked.rules->rules.size() < 50) run_engine(checked.rules);
}

void try_rest(const std::string& text) {
  ParsedExpression parsed = parse_expression(text);
  require(parsed.expression != nullptr || parsed.problems.size() == 1);
  if (parsed.expression) check_expression(*parsed.expression, parsed.problems);
  for (const TextProblem& problem : parsed.problems) require(problem.offset <= text.size());
  for (const TextProblem& problem : check_template(text, kAllLabels)) require(problem.offset <= text.size());
  expand_template(text, 0.5, {{"domain", "a"}});
  Engine engine;
  if (engine.restore(text).ok()) engine.evaluate({}, from_unix_ms(1), {});
  const auto regex = Regex::compile(text);
  if (regex)
    regex->matches("vm-cpu-01");
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
