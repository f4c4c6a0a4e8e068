// Rules over a cluster whose elements have to be found again: part of the bench `rules`. See bench/rules.py.
//
//   bench_rules_cluster DOMAINS NODES
//
// Prints one JSON object: for each of the cases below the CPU milliseconds of one step of the engine over a cluster of
// so many domains, the least of five steps with new snapshots each, and those of the same rule where nothing has to be
// found: its values keep their node, or no window has to be full.
#include <algorithm>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include "actuator/rules/engine/engine.h"
#include "actuator/rules/files/check.h"
#include "bench/rules/world.h"
#include "tests/support/build_cluster.h"

namespace {

using namespace hotspot;
using namespace hotspot::bench;

struct Case {
  const char *name, *rule, *plain;
  bool twins = false;  // each node has domains of the same names, of which nothing is said where the node is not kept
};

constexpr Case kCases[] = {
    {"by-domain", "{hotspot: H, expr: 'max by (domain) (domain_cpu_ratio) > 0.2'}",
     "{hotspot: H, expr: 'max by (domain, node) (domain_cpu_ratio) > 0.2'}"},
    {"twins", "{hotspot: H, expr: 'max by (domain, device) (domain_net_receive_bytes_per_second) > 0.2'}",
     "{hotspot: H, expr: 'max by (domain, device, node) (domain_net_receive_bytes_per_second) > 0.2'}", true},
    // No history: no window is full, so that each domain that is hot is asked for at each step.
    {"windows", "{hotspot: H, expr: 'avg_over_time(domain_cpu_ratio[5m]) > 0.2', remedy: [migrate]}",
     "{hotspot: H, expr: 'avg_over_time(domain_cpu_ratio[5m]) > 0.2', remedy: [migrate], partial_window: allow}"}};

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

struct Size {
  std::size_t domains = 0, nodes = 0;
};

telemetry::DomainSample domain_of(std::size_t domain, const Size& size, bool twins, std::int64_t time_ms) {
  telemetry::DomainSample sample = testing::domain(domain_name(domain)).cpu(domain_value(domain, 0, time_ms));
  telemetry::InterfaceSample interface;
  interface.device = "vnet" + std::to_string(domain);
  interface.receive_bytes_per_second = domain_value(domain, 2, time_ms);
  sample.interfaces.push_back(interface);
  if (twins) sample.name = domain_name(domain / size.nodes);
  return sample;
}

void send(model::Cluster& cluster, const Size& size, bool twins, WallTime now) {
  for (std::size_t i = 0; i < size.nodes; ++i) {
    auto node = testing::node(node_name(i)).at(now, static_cast<std::uint64_t>(to_unix_ms(now) / kStepMs));
    for (std::size_t domain = i; domain < size.domains; domain += size.nodes)
      node.with(domain_of(domain, size, twins, to_unix_ms(now)));
    cluster.apply(node, now);
  }
}

double measure(const Case& one, const char* rule, const Size& size) {
  const std::vector<rules::SourceFile> files{
      {one.name, std::string("groups:\n- name: g\n  rules:\n  - ") + rule + "\n"}};
  const rules::CheckedRules checked = rules::check(files);
  if (!checked.ok()) {
    std::cerr << format(checked.diagnostics, files);
    std::exit(1);
  }
  rules::Engine engine;
  engine.load(checked.rules);
  model::Cluster cluster;
  std::vector<double> costs;
  for (int i = 0; i < 6; ++i) {
    const WallTime now = testing::kNow + Milliseconds(i * kStepMs);
    send(cluster, size, one.twins, now);
    engine.observe(cluster, now);
    const double before = cpu_ms();
    const rules::Step step = engine.step(cluster, now, {});
    costs.push_back(cpu_ms() - before);
    const bool silent = one.twins && rule == one.rule;
    if ((step.pending + step.firing == 0) == silent) continue;
    std::cerr << rule << ": " << step.pending << " pending, " << step.firing << " firing\n";
    std::exit(1);
  }
  return *std::min_element(costs.begin() + 1, costs.end());
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  const Size size{std::stoul(arguments[1]), std::stoul(arguments[2])};
  std::string line;
  for (const Case& one : kCases) {
    line += (line.empty() ? "{\"" : ", \"") + std::string(one.name) + "\": [" +
            std::to_string(measure(one, one.rule, size)) + ", " + std::to_string(measure(one, one.plain, size)) + "]";
  }
  std::cout << line << "}\n";
}
