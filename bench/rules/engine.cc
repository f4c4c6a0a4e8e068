// Our side of the bench `rules`: fills the store, evaluates, and says what it cost. See bench/rules.py.
//
//   bench_rules_engine RULES.yml DOMAINS NODES END_MS [RESULTS]
//
// Prints one JSON object: CPU milliseconds of one evaluation (median of the last nine of ten, each with a new sample of
// every series), resident memory, pending and firing. RESULTS: a file that gets, for each rule, the labels for which it
// holds at END_MS.
#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <vector>

#include "actuator/rules/engine/engine.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/firing.h"
#include "bench/rules/world.h"

namespace {

using namespace hotspot;
using namespace hotspot::bench;

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

long memory_kb(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stol(line.substr(field.size() + 1));
  }
  return -1;
}

// The nodes' tables, as a collector's snapshots would fill them.
class World {
 public:
  World(rules::Store& store, std::size_t domains, std::size_t nodes)
      : store_(store), domains_(domains), nodes_(nodes) {}

  void sample(std::int64_t time_ms) {
    for (std::size_t node = 0; node < nodes_; ++node) {
      const std::string name = node_name(node);
      rules::Table& of_node = store_.node_table(name, rules::Table::Kind::kNodes);
      const std::uint32_t row = of_node.row(std::make_shared<const rules::Labels>(rules::Labels{{"node", name}}));
      const std::uint32_t column = store_.column(of_node, "node_cpu_ratio");
      of_node.set(of_node.frame(time_ms, rules::stale_marker())->index, column, row, node_value(node, time_ms));
      of_node.trim();
      sample_domains(node, name, time_ms);
    }
  }

 private:
  void sample_domains(std::size_t node, const std::string& name, std::int64_t time_ms) {
    rules::Table& table = store_.node_table(name, rules::Table::Kind::kDomains);
    std::vector<std::uint32_t> columns;
    for (const char* metric : kMetrics) columns.push_back(store_.column(table, metric));
    if (table.rows().empty()) {
      for (std::size_t domain = node; domain < domains_; domain += nodes_) {
        table.row(
            std::make_shared<const rules::Labels>(rules::Labels{{"domain", domain_name(domain)}, {"node", name}}));
      }
    }
    const std::size_t frame = table.frame(time_ms, rules::stale_marker())->index;
    std::uint32_t row = 0;
    for (std::size_t domain = node; domain < domains_; domain += nodes_, ++row) {
      for (std::size_t metric = 0; metric < columns.size(); ++metric) {
        table.set(frame, columns[metric], row, domain_value(domain, metric, time_ms));
      }
    }
    table.trim();
  }

  rules::Store& store_;
  std::size_t domains_, nodes_;
};

// What the engine itself holds: a subject that is pending or fires at this time, and the series that was recorded.
void write_results(const rules::Engine& engine, const std::string& path) {
  std::ofstream file(path);
  file.precision(17);
  for (const rules::Firing& firing : engine.firings()) {
    const auto label = [&](const char* name) {
      const auto found = firing.subject.labels.find(name);
      return found == firing.subject.labels.end() ? std::string() : found->second;
    };
    file << firing.rule->name << '\t' << label("domain") << '\t' << label("node") << '\t' << firing.value << '\n';
  }
  for (const rules::Rule& rule : engine.rules()->rules) {
    if (rule.kind != rules::RuleKind::kRecord) continue;
    for (const rules::Store::Series& series : engine.store().select(rule.name, {})) {
      const auto sample = series.at(to_unix_ms(*engine.store().newest()), 0);
      const rules::LabelSet labels = series.labels();
      if (!sample) continue;
      file << rule.name << '\t' << labels.get("domain") << '\t' << labels.get("node") << '\t' << sample->value << '\n';
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 5) return 2;
  std::ifstream file(arguments[1]);
  std::ostringstream text;
  text << file.rdbuf();
  const rules::CheckedRules checked = rules::check({{arguments[1], text.str()}}, {.any_series = true});
  if (!checked.ok()) return std::cerr << format(checked.diagnostics, {{arguments[1], text.str()}}), 1;
  rules::Engine engine({.whole_frames = true});
  engine.load(checked.rules);
  World world(engine.store(), std::stoul(arguments[2]), std::stoul(arguments[3]));
  const std::int64_t end = std::stoll(arguments[4]);
  constexpr int kEvaluations = 10;
  std::vector<double> costs;
  rules::Step last;
  for (int i = kSamples + kEvaluations - 1; i >= 0; --i) {
    const std::int64_t time = end - i * kStepMs;
    world.sample(time);
    if (i >= kEvaluations) continue;
    const double before = cpu_ms();
    last = engine.step_store(from_unix_ms(time));
    costs.push_back(cpu_ms() - before);
    for (const std::string& problem : last.problems) std::cerr << problem << "\n";
  }
  costs.erase(costs.begin());
  std::sort(costs.begin(), costs.end());
  const long resident = memory_kb("VmRSS:");
  std::cout << "{\"cpu_ms\": " << costs[costs.size() / 2] << ", \"worst_ms\": " << costs.back()
            << ", \"resident_kb\": " << resident << ", \"peak_kb\": " << memory_kb("VmHWM:")
            << ", \"pending\": " << last.pending << ", \"firing\": " << last.firing
            << ", \"series\": " << engine.store().size().series << ", \"samples\": " << engine.store().size().samples
            << "}\n";
  if (count > 5) write_results(engine, arguments[5]);
}
