// Clusters for tests, in one expression:
//
//   cluster_of({node("h1").cpu(0.95).with(domain("a").cpu(0.6)), node("h2")})
//
// UUIDs follow from names ("uuid-h1"), so that a test can name what it means. The defaults: a fresh node of 4 CPUs and
// 8 GiB, nearly idle; a running domain with 1 of 4 vCPUs, a balloon of 512 MiB of 1 GiB, half of it used.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "actuator/model/cluster.h"

namespace hotspot::testing {

inline constexpr WallTime kNow = from_unix_ms(1'800'000'000'000);
inline std::string uuid_of(const std::string& name) { return "uuid-" + name; }

class DomainBuilder {
 public:
  explicit DomainBuilder(const std::string& name) {
    sample_.uuid = uuid_of(name);
    sample_.name = name;
    sample_.state = telemetry::DomainState::kRunning;
    vcpus(1, 4).cpu(0.1).memory(512 * kMebibyte, 1024 * kMebibyte).used(0.5);
  }
  DomainBuilder& cpu(double ratio) { return set(&telemetry::DomainSample::cpu_ratio, ratio); }
  DomainBuilder& vcpus(int current, int most) {
    sample_.vcpus = current;
    sample_.vcpus_max = most;
    return *this;
  }
  DomainBuilder& memory(std::int64_t balloon, std::int64_t most) {
    sample_.memory_balloon_bytes = balloon;
    sample_.memory_balloon_max_bytes = most;
    return *this;
  }
  // By the guest's own view; after memory().
  DomainBuilder& used(double ratio) {
    sample_.memory_available_bytes = *sample_.memory_balloon_bytes;
    sample_.memory_usable_bytes =
        static_cast<std::int64_t>(static_cast<double>(*sample_.memory_balloon_bytes) * (1 - ratio));
    return *this;
  }
  DomainBuilder& state(telemetry::DomainState state) {
    sample_.state = state;
    return *this;
  }
  DomainBuilder& obstacle(const std::string& sentence) {
    sample_.migration_obstacles.push_back(sentence);
    return *this;
  }
  DomainBuilder& policy(telemetry::Policy policy) {
    sample_.policy = std::move(policy);
    return *this;
  }
  template <typename T>
  DomainBuilder& set(T telemetry::DomainSample::*member, std::type_identity_t<T> value) {
    sample_.*member = std::move(value);
    return *this;
  }
  operator telemetry::DomainSample() const { return sample_; }

 private:
  telemetry::DomainSample sample_;
};

class NodeBuilder {
 public:
  explicit NodeBuilder(const std::string& name) {
    snapshot_.cluster = "test";
    snapshot_.taken_at = kNow;
    snapshot_.sequence = 1;
    snapshot_.elapsed_seconds = 1;
    snapshot_.interval_seconds = 1;
    telemetry::NodeSample& node = snapshot_.node;
    node.uuid = uuid_of(name);
    node.name = name;
    node.uri = "qemu+tcp://" + name + "/system";
    node.hypervisor = "QEMU";
    node.arch = "x86_64";
    cpus(4).memory(8 * kGibibyte, 7 * kGibibyte).cpu(0.05);
  }
  NodeBuilder& cpu(double ratio) { return set(&telemetry::NodeSample::cpu_ratio, ratio).domains_cpu(ratio); }
  NodeBuilder& domains_cpu(double ratio) { return set(&telemetry::NodeSample::cpu_domains_ratio, ratio); }
  NodeBuilder& cpus(int count) { return set(&telemetry::NodeSample::cpus, count); }
  NodeBuilder& memory(std::int64_t total, std::int64_t available) {
    return set(&telemetry::NodeSample::memory_bytes, total)
        .set(&telemetry::NodeSample::memory_available_bytes, available);
  }
  NodeBuilder& at(WallTime taken_at, std::uint64_t sequence = 1) {
    snapshot_.taken_at = taken_at;
    snapshot_.sequence = sequence;
    return *this;
  }
  NodeBuilder& interval(double seconds) {
    snapshot_.interval_seconds = seconds;
    return *this;
  }
  NodeBuilder& with(const telemetry::DomainSample& domain) {
    snapshot_.domains.push_back(domain);
    return *this;
  }
  template <typename T>
  NodeBuilder& set(T telemetry::NodeSample::*member, std::type_identity_t<T> value) {
    snapshot_.node.*member = std::move(value);
    return *this;
  }
  operator telemetry::NodeSnapshot() const { return snapshot_; }

 private:
  telemetry::NodeSnapshot snapshot_;
};

inline DomainBuilder domain(const std::string& name) { return DomainBuilder(name); }
inline NodeBuilder node(const std::string& name) { return NodeBuilder(name); }

inline model::Cluster cluster_of(const std::vector<telemetry::NodeSnapshot>& snapshots) {
  model::Cluster cluster;
  for (const telemetry::NodeSnapshot& snapshot : snapshots) cluster.apply(snapshot, snapshot.taken_at);
  return cluster;
}

}  // namespace hotspot::testing
