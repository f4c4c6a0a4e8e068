// Random clusters for tests of what the planner answers: the same in every run. Nodes of one kind; some are stale,
// drained, not measured, or full.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {

class RandomCluster {
 public:
  explicit RandomCluster(unsigned seed) : random_(seed) {}

  int between(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }
  double ratio() { return std::uniform_real_distribution(0.0, 1.0)(random_); }
  bool one_in(int n) { return between(1, n) == 1; }
  std::string group() { return one_in(2) ? "db" : "web"; }

  // Nodes h0, h1, … with domains h0-0, h0-1, …
  std::vector<telemetry::NodeSnapshot> nodes() {
    std::vector<telemetry::NodeSnapshot> made;
    const int count = between(2, 7);
    for (int n = 0; n < count; ++n) made.push_back(a_node("h" + std::to_string(n)));
    return made;
  }

  telemetry::NodeSnapshot a_node(const std::string& name) {
    auto made = node(name).cpus(1 << between(1, 5)).cpu(ratio()).memory(16 * kGibibyte, between(0, 16'000) * kMebibyte);
    if (one_in(9)) made.set(&model::NodeSample::cpu_ratio, std::nullopt);
    if (one_in(9)) made.set(&model::NodeSample::memory_available_bytes, std::nullopt);
    if (one_in(9)) made.at(kNow - Milliseconds(60'000));
    if (one_in(9)) made.set(&model::NodeSample::uri, "");
    for (int d = between(0, 5); d > 0; --d) made.with(a_domain(name + "-" + std::to_string(d)));
    telemetry::NodeSnapshot snapshot = made;
    if (one_in(3)) snapshot.node.networks = std::vector<std::string>{"default"};
    snapshot.node.filesystems = {{"/", "ext4", "/dev/vda1", "/", {}}};
    if (!one_in(4)) snapshot.node.filesystems.front().free_bytes = between(1, 40) * kGibibyte;
    return snapshot;
  }

  telemetry::DomainSample a_domain(const std::string& name) {
    const int vcpus = between(1, 4);
    const std::int64_t balloon = between(1, 8) * 256 * kMebibyte;
    auto made = domain(name).vcpus(vcpus, 8).cpu(ratio()).memory(balloon, balloon * between(1, 4)).used(0.5);
    if (one_in(10)) made.state(telemetry::DomainState::kPaused);
    if (one_in(10)) made.obstacle("a host device is passed through");
    if (one_in(10)) made.set(&model::DomainSample::job_active, true);
    telemetry::Policy policy;
    if (one_in(8)) policy.mode = "recommend";
    if (one_in(3)) policy.group = group();
    if (one_in(6)) policy.affinity = {group()};
    if (one_in(4)) policy.anti_affinity = {"db", "web"};
    telemetry::DomainSample sample = made.policy(policy);
    if (one_in(4)) sample.networks = {"default", "storage"};
    return sample;
  }

  // What steers the planner: margins, drains, cooldowns, and what is under way.
  void steer(Round& round) {
    round.margins.node_cpu_ceiling_ratio = between(50, 90) / 100.0;
    round.margins.node_memory_margin_ratio = between(0, 30) / 100.0;
    if (one_in(3)) round.cluster.set_draining({uuid_of("h0")});
    for (const auto& [uuid, node] : round.cluster.nodes()) {
      if (one_in(8)) round.node_action_ended[uuid] = kNow - Milliseconds(1);
      for (const telemetry::DomainSample& sample : node.snapshot->domains) {
        if (one_in(9)) round.cooldowns.note({sample.uuid, kNow, std::chrono::minutes(1)}, round.limits);
        if (one_in(20)) round.under_way(sample.name, node.name(), migrate_to("h" + std::to_string(between(0, 1))));
      }
    }
  }

 private:
  std::mt19937 random_;
};

}  // namespace hotspot::plan
