// plan [NODES [FIRING [CASE]]]: what a round of planning costs while many rules fire.
//
// NODES (1,000) nodes of 30 domains each, with disks on one NFS server, two bridges and the features of their CPUs, as
// a collector sends them. FIRING (50) subjects fire at once, in four cases:
//
//   migrate-domain  domains that shall move, and no node has room: each is tried with each node
//   migrate-node    nodes of which a domain shall move: each of their 30 domains is tried with each node
//   drain           nodes that shall be emptied, for which there is room elsewhere
//   consolidate     nodes that are hardly used, of which the one that is emptied soonest comes first
//
// Measured is the CPU time of this thread for plan(), the least of five rounds. Peer: the same with half the nodes, of
// which half as many fire; a quarter of the time for all must be no more than 1.5 of that. What is done again for each
// pair of firings would make it 2. The two sizes take turns, so that what else the machine does slows both down.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actuator/plan/planner.h"
#include "tests/support/build_cluster.h"

namespace {

using namespace hotspot;
using hotspot::testing::kNow;
using hotspot::testing::uuid_of;

constexpr int kDomains = 30, kRounds = 5;
constexpr double kGrowthBound = 1.5;

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

struct Case {
  const char* name;
  rules::Remedy remedy;
  rules::SubjectKind kind;
  double hot_cpu, other_cpu;  // of the nodes whose subjects fire, and of the others
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all{{"migrate-domain", rules::Migrate{}, rules::SubjectKind::kDomain, 0.9, 0.78},
                                     {"migrate-node", rules::Migrate{}, rules::SubjectKind::kNode, 0.9, 0.78},
                                     {"drain", rules::Drain{}, rules::SubjectKind::kNode, 0.3, 0.3},
                                     {"consolidate", rules::Consolidate{}, rules::SubjectKind::kNode, 0.1, 0.3}};
  return all;
}

std::string node_name(int number) { return "n" + std::to_string(number); }
std::string domain_name(int node, int number) { return node_name(node) + "-vm" + std::to_string(number); }

// Some hundred words, as a host CPU has them.
std::string cpu_features() {
  std::string words;
  for (int i = 0; i < 100; ++i) words += (i == 0 ? "" : " ") + std::string("feature-") + std::to_string(i);
  return words;
}

telemetry::DomainSample domain_of(int node, int number) {
  telemetry::DomainSample sample =
      testing::domain(domain_name(node, number)).vcpus(4, 4).cpu(0.25).memory(2 * kGibibyte, 4 * kGibibyte).used(0.5);
  sample.cpu_mode = "host-passthrough";
  sample.networks = {"default"};
  sample.node_interfaces = {"br0"};
  telemetry::DiskSource disk;
  disk.device = "vda";
  disk.type = "file";
  disk.format = "qcow2";
  disk.source = disk.real_path = "/srv/vms/" + sample.name + ".qcow2";
  sample.disk_sources.push_back(disk);
  if (number % 10 == 0) sample.policy.group = "group" + std::to_string(node % 10);
  if (number % 10 == 1) sample.policy.anti_affinity = {"nobody"};
  return sample;
}

telemetry::NodeSnapshot node_of(int number, double cpu) {
  auto node = testing::node(node_name(number)).cpus(16).memory(512 * kGibibyte, 400 * kGibibyte).cpu(cpu);
  for (int d = 0; d < kDomains; ++d) node.with(domain_of(number, d));
  telemetry::NodeSnapshot snapshot = node;
  snapshot.node.filesystems = {{"/", "ext4", "/dev/vda1", "/", {}}, {"/srv/vms", "nfs4", "nas:/vms", "/", {}}};
  snapshot.node.networks = {{"default", "storage"}};
  snapshot.node.interfaces = {{"br0", "br1", "eth0", "eth1"}};
  snapshot.node.cpu_model = "EPYC";
  snapshot.node.cpu_features = cpu_features();
  return snapshot;
}

class Bench {
 public:
  Bench(const Case& one, int nodes, int firing) : rules_(std::make_shared<rules::RuleSet>()) {
    for (int i = 0; i < nodes; ++i) cluster_.apply(node_of(i, i < firing ? one.hot_cpu : one.other_cpu), kNow);
    rules::Rule rule;
    rule.name = "Hot";
    rule.subject = one.kind;
    rule.expression_text = "node_cpu_ratio > 90%";
    rule.remedies = {one.remedy};
    rules_->rules.push_back(rule);
    for (int i = 0; i < firing; ++i) firings_.push_back(firing_of(one, i));
  }

  // The CPU milliseconds of one round.
  double round() {
    const double before = cpu_ms();
    const auto decisions = plan::plan({.cluster = cluster_,
                                       .firings = firings_,
                                       .in_flight = in_flight_,
                                       .cooldowns = cooldowns_,
                                       .node_action_ended = ended_,
                                       .daemon_mode = plan::Mode::kEnforce,
                                       .limits = limits_,
                                       .margins = {},
                                       .freshness = {},
                                       .now = kNow,
                                       .migration = {},
                                       .restraints = {},
                                       .id_prefix = "1-1"});
    const double spent = cpu_ms() - before;
    if (decisions.size() != firings_.size()) {
      std::printf("%zu decisions about %zu firings\n", decisions.size(), firings_.size());
      std::exit(2);
    }
    if (rounds_++ == 0) std::printf("  %s\n", decisions.back().sentence.c_str());
    return spent;
  }

 private:
  rules::Firing firing_of(const Case& one, int number) const {
    rules::Firing firing;
    firing.rules = rules_;
    firing.rule = &rules_->rules.front();
    firing.phase = rules::Phase::kFiring;
    firing.value = one.hot_cpu;
    firing.subject = {one.kind, uuid_of(node_name(number)), "", {{"node", node_name(number)}}};
    if (one.kind == rules::SubjectKind::kDomain) {
      firing.subject.domain_uuid = uuid_of(domain_name(number, 0));
      firing.subject.labels["domain"] = domain_name(number, 0);
    }
    return firing;
  }

  model::Cluster cluster_;
  std::shared_ptr<rules::RuleSet> rules_;
  std::vector<rules::Firing> firings_;
  std::vector<plan::InFlight> in_flight_;
  plan::CooldownBook cooldowns_;
  std::map<std::string, WallTime> ended_;
  plan::Limits limits_{.migrations_per_cluster = 1000, .actions_per_cluster = 1000};
  int rounds_ = 0;
};

bool conclude(const std::string& name, double ours, double peer, double bound) {
  std::printf("%s: ours=%.3f peer=%.3f ratio=%.3f bound=%.3f ms\n", name.c_str(), ours, peer, ours / peer, bound);
  std::fflush(stdout);
  return ours <= bound * peer;
}

}  // namespace

int main(int argc, char** argv) {
  const int nodes = argc > 1 ? std::atoi(argv[1]) : 1000, firing = argc > 2 ? std::atoi(argv[2]) : 50;
  const std::string only = argc > 3 ? argv[3] : "";
  if (nodes < 2 || firing < 2) {
    std::fprintf(stderr, "usage: plan [NODES [FIRING [CASE]]], at least 2 of each\n");
    return 2;
  }
  bool holds = true, any = false;
  for (const Case& one : cases()) {
    if (!only.empty() && only != one.name) continue;
    any = true;
    Bench whole(one, nodes, firing), half(one, nodes / 2, firing / 2);
    double whole_ms = std::numeric_limits<double>::infinity(), half_ms = whole_ms;
    for (int i = 0; i < kRounds; ++i) {
      whole_ms = std::min(whole_ms, whole.round());
      half_ms = std::min(half_ms, half.round());
    }
    holds &= conclude(std::string("plan-") + one.name, whole_ms / 4, half_ms, kGrowthBound);
  }
  if (!any) std::fprintf(stderr, "plan: there is no case '%s'\n", only.c_str());
  return !any ? 2 : holds ? 0 : 1;
}
