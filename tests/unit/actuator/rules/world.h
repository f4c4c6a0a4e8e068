// Clusters in one expression, and a world in which time passes when a test says so.
#pragma once

#include <string>
#include <vector>

#include "actuator/rules/engine/engine.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::rules::test {

// A day in November: only differences count.
inline constexpr WallTime kStart = from_unix_ms(1'763'700'000'000);

struct DomainSpec {
  telemetry::DomainSample sample;
  DomainSpec& cpu(double ratio) { return sample.cpu_ratio = ratio, *this; }
  DomainSpec& steal(double ratio) { return sample.cpu_steal_ratio = ratio, *this; }
  DomainSpec& vcpus(int count) { return sample.vcpus = count, *this; }
  DomainSpec& uuid(std::string text) { return sample.uuid = std::move(text), *this; }
  DomainSpec& state(telemetry::DomainState now) { return sample.state = now, *this; }
  DomainSpec& vcpu(int number, double ratio) {
    return sample.vcpu_samples.push_back({.vcpu = number, .cpu_ratio = ratio}), *this;
  }
  DomainSpec& disk(std::string device, double read_bytes_per_second) {
    return sample.disks.push_back({.device = std::move(device), .read_bytes_per_second = read_bytes_per_second}), *this;
  }
};

// Its UUID is "uuid-of-NAME".
inline DomainSpec domain(const std::string& name) {
  DomainSpec spec;
  spec.sample.uuid = "uuid-of-" + name;
  spec.sample.name = name;
  spec.sample.state = telemetry::DomainState::kRunning;
  return spec;
}

struct NodeSpec {
  telemetry::NodeSnapshot snapshot;
  NodeSpec& cpu(double ratio) { return snapshot.node.cpu_ratio = ratio, *this; }
  NodeSpec& domains_cpu(double ratio) { return snapshot.node.cpu_domains_ratio = ratio, *this; }
  NodeSpec& cpus(int count) { return snapshot.node.cpus = count, *this; }
  NodeSpec& interval(double seconds) { return snapshot.interval_seconds = seconds, *this; }
  NodeSpec& with(const DomainSpec& domain) { return snapshot.domains.push_back(domain.sample), *this; }
};

inline NodeSpec node(const std::string& name) {
  NodeSpec spec;
  spec.snapshot.node.uuid = "uuid-of-" + name;
  spec.snapshot.node.name = name;
  spec.snapshot.node.cpus = 4;
  spec.snapshot.interval_seconds = 1;
  return spec;
}

inline model::Cluster cluster(const std::vector<NodeSpec>& nodes, WallTime at = kStart) {
  model::Cluster made;
  std::uint64_t sequence = 0;
  for (NodeSpec spec : nodes) {
    spec.snapshot.taken_at = at;
    spec.snapshot.sequence = ++sequence;
    made.apply(spec.snapshot, at);
  }
  return made;
}

// The rules of one group, or a test failure with what is wrong with them.
std::shared_ptr<const RuleSet> rules(const std::string& yaml_of_rules, const std::string& group_settings = "");

class World {
 public:
  explicit World(const std::string& yaml_of_rules) { engine.load(rules(yaml_of_rules)); }

  World& pass(Milliseconds time) { return now += time, *this; }
  // The node reads and sends; `late`: how long ago it read.
  World& send(NodeSpec spec, Milliseconds late = Milliseconds(0)) {
    spec.snapshot.taken_at = now - late;
    cluster.apply(spec.snapshot, now, freshness);
    return *this;
  }
  Evaluation evaluate() { return engine.evaluate(cluster, now, freshness); }
  // One second passes, the node sends, the rules are evaluated.
  Evaluation second(const NodeSpec& spec) { return pass(std::chrono::seconds(1)).send(spec).evaluate(); }

  WallTime now = kStart;
  model::Cluster cluster;
  model::Freshness freshness;
  Engine engine;
};

// "firing DomainHot domain:uuid-of-a", one for each.
std::vector<std::string> summary(const std::vector<Firing>& firings);

}  // namespace hotspot::rules::test
