// What the board refuses is what the planner's own placement refuses, on many random clusters, the same in every run.
#include "actuator/plan/board/cluster_board.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/placement.h"
#include "actuator/plan/planning.h"
#include "tests/unit/actuator/plan/random_numbers.h"
#include "tests/unit/actuator/plan/round.h"

namespace hotspot::plan {
namespace {

class RandomRound : RandomNumbers {
 public:
  using RandomNumbers::RandomNumbers;

  Round round() {
    std::vector<telemetry::NodeSnapshot> snapshots;
    const int nodes = between(2, 7);
    for (int n = 0; n < nodes; ++n) snapshots.push_back(random_node("h" + std::to_string(n)));
    Round round(snapshots);
    round.margins.node_cpu_ceiling_ratio = percent(50, 90);
    if (one_in(3)) round.migration.storage = one_in(2) ? LocalStorage::kCopy : LocalStorage::kByPolicy;
    for (const telemetry::NodeSnapshot& snapshot : snapshots)
      for (const telemetry::DomainSample& sample : snapshot.domains) {
        if (one_in(12)) round.cooldowns.note({sample.uuid, kNow, std::chrono::minutes(1)}, round.limits);
        if (one_in(12) && sample.state == telemetry::DomainState::kRunning)
          round.under_way(sample.name, snapshot.node.name, move_to("h" + std::to_string(between(0, 1))));
      }
    if (one_in(4)) round.cluster.set_draining({uuid_of("h0")});
    return round;
  }

 private:
  std::string group() { return one_in(2) ? "db" : "web"; }

  static model::Step move_to(const std::string& name) {
    model::MigrateTo move;
    move.target_uuid = uuid_of(name);
    move.target_name = name;
    return move;
  }

  telemetry::NodeSnapshot random_node(const std::string& name) {
    auto made = node(name).cpus(1 << between(1, 5)).cpu(between(0, 100) / 128.0);
    made.memory(16 * kGibibyte, between(0, 16) * kGibibyte);
    if (one_in(9)) made.set(&model::NodeSample::cpu_ratio, std::nullopt);
    if (one_in(9)) made.set(&model::NodeSample::memory_available_bytes, std::nullopt);
    if (one_in(9)) made.at(kNow - Milliseconds(60'000));
    if (one_in(9)) made.set(&model::NodeSample::arch, "aarch64");
    if (one_in(9)) made.set(&model::NodeSample::uri, "");
    for (int d = between(0, 6); d > 0; --d) made.with(random_domain(name + "-" + std::to_string(d)));
    telemetry::NodeSnapshot snapshot = made;
    fill(snapshot.node);
    return snapshot;
  }

  void fill(telemetry::NodeSample& node) {
    if (one_in(2)) node.networks = one_in(2) ? std::vector<std::string>{"default"} : std::vector<std::string>{};
    if (one_in(2)) node.interfaces = std::vector<std::string>{one_in(3) ? "br1" : "br0"};
    if (one_in(2)) node.emulated_tpm = one_in(2);
    node.cpu_vendor = one_in(4) ? "AMD" : "Intel";
    node.cpu_model = one_in(3) ? "Haswell" : "Skylake";
    node.cpu_features = one_in(3) ? "avx" : "avx avx2";
    node.filesystems = {{"/", "ext4", "/dev/vda1", "/", {}}};
    if (!one_in(3)) node.filesystems.push_back({"/srv", "nfs4", one_in(4) ? "other:/vms" : "nas:/vms", "/", {}});
    node.filesystems.front().free_bytes = between(1, 40) * kGibibyte;
    if (one_in(2)) node.block_devices = {{"dm-1", "wwn-1"}};
    if (one_in(2)) node.huge_pages_free_bytes = between(0, 3) * kGibibyte;
    if (one_in(2)) node.huge_page_pools = {{2 * kMebibyte, 8 * kGibibyte, between(0, 2) * kGibibyte}};
  }

  telemetry::DomainSample random_domain(const std::string& name) {
    const std::int64_t balloon = between(1, 8) * 256 * kMebibyte;
    auto made = domain(name).vcpus(between(1, 4), 8).cpu(between(0, 100) / 128.0).memory(balloon, balloon * 2);
    if (one_in(9)) made.set(&model::DomainSample::cpu_ratio, std::nullopt);
    if (one_in(4)) made.set(&model::DomainSample::cpu_steal_ratio, between(0, 20) / 64.0);
    if (one_in(9)) made.state(telemetry::DomainState::kPaused);
    if (one_in(9)) made.obstacle("a host device is passed through");
    telemetry::Policy policy;
    if (one_in(4)) policy.group = group();
    if (one_in(4)) policy.anti_affinity = {group()};
    if (one_in(6)) policy.affinity = {group()};
    if (one_in(4)) policy.storage = one_in(2) ? "copy" : "refuse";
    telemetry::DomainSample sample = made.policy(policy);
    if (one_in(6)) sample.name = "twin";
    need(sample);
    return sample;
  }

  void need(telemetry::DomainSample& domain) {
    if (one_in(4)) domain.networks = {"default"};
    if (one_in(4)) domain.node_interfaces = {"br0"};
    domain.emulated_tpm = one_in(8);
    if (one_in(2)) domain.cpu_mode = one_in(2) ? "host-passthrough" : "custom";
    if (one_in(6)) domain.cpu_vendor = "Intel";
    if (one_in(6)) domain.huge_page_bytes = one_in(2) ? 0 : 2 * kMebibyte;
    if (domain.huge_page_bytes && one_in(2)) domain.huge_pages_bytes = between(1, 3) * kGibibyte / 2;
    telemetry::DiskSource disk;
    disk.device = "vda";
    disk.type = one_in(4) ? "block" : one_in(9) ? "volume" : "file";
    disk.source = disk.real_path = (one_in(3) ? "/var/" : "/srv/") + domain.uuid + ".qcow2";
    if (disk.type == "block") disk.source = disk.real_path = "/dev/disk/by-id/wwn-1";
    if (disk.type == "block") disk.id = one_in(3) ? "wwn-2" : "wwn-1";
    disk.read_only = one_in(6);
    domain.disk_sources = {disk};
    telemetry::DiskSample sample;
    sample.device = "vda";
    if (!one_in(6)) sample.capacity_bytes = sample.physical_bytes = between(1, 40) * kGibibyte;
    domain.disks = {sample};
  }
};

std::optional<model::Refusal> by_placement(const Planning& planning, const model::DomainRef& domain,
                                           const model::Node& target) {
  if (auto refusal = planning.domain_refusal(domain)) return refusal;
  if (const auto place = find_place(planning, domain, target); !place) return place.error();
  return planning.projection().arrival_refusal(domain, target, planning.input().margins);
}

struct Compared {
  int pairs = 0, refused = 0;
};

void compare(const Round& round, unsigned seed, Compared& sum) {
  const PlanInput input = round.input();
  const Planning planning(input);
  const ClusterBoard made = board_of(input, DemandView::kMeasured), corrected = board_of(input, DemandView::kCorrected);
  for (DomainIndex d = 0; d < made.board.domains(); ++d)
    for (NodeIndex n = 0; n < made.board.nodes(); ++n) {
      if (n == made.board.node_of(d)) continue;
      const model::DomainRef& domain = made.domains[d];
      const model::Node& target = *made.nodes[n];
      const BoardRefusal refusal = made.board.refusal(d, n);
      const auto expected = by_placement(planning, domain, target);
      ASSERT_EQ(static_cast<bool>(refusal), expected.has_value())
          << "seed " << seed << ": " << domain.domain->name << " to " << target.name() << ": "
          << sentence_of(refusal, {domain.domain->name, target.name()}) << " against "
          << (expected ? expected->message : "no refusal");
      // A domain that wants more than it got fits nowhere where it did not fit before.
      ASSERT_TRUE(!refusal || corrected.board.refusal(d, n)) << "seed " << seed;
      ++sum.pairs;
      sum.refused += refusal ? 1 : 0;
    }
}

TEST(ClusterBoard, RefusesWhatPlacementRefuses) {
  Compared sum;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    RandomRound random(seed);
    const Round round = random.round();
    compare(round, seed, sum);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(sum.pairs, 10'000);
  EXPECT_GT(sum.refused, 1'000);
  EXPECT_GT(sum.pairs - sum.refused, 500);
}

TEST(ClusterBoard, SumsAreThoseOfTheNodes) {
  Round round({node("h1").cpus(4).cpu(0.5).with(domain("a").vcpus(2, 4).cpu(0.5)), node("h2").cpus(4).cpu(0.25)});
  const ClusterBoard made = board_of(round.input(), DemandView::kMeasured);
  EXPECT_EQ(of(made.board.demand(0), BoardResource::kCpu), 2 * kMicrocores);
  EXPECT_EQ(of(made.board.domain(0).demand, BoardResource::kCpu), kMicrocores);
  EXPECT_EQ(of(made.board.demand(1), BoardResource::kCpu), kMicrocores);
}

TEST(Demand, IsCorrectedForWhatTheDomainDidNotGetAndSaysSo) {
  telemetry::DomainSample sample = domain("a").vcpus(2, 4).cpu(0.8).memory(kGibibyte, 2 * kGibibyte);
  const auto demand = [&](DemandView view) {
    const model::Cluster cluster = cluster_of({node("h1").cpus(4).cpu(0.98).with(sample)});
    return demand_of(cluster.find_domain(uuid_of("a")), view);
  };
  EXPECT_EQ(corrections_text(demand(DemandView::kCorrected)), "");
  sample.cpu_steal_ratio = 0.2;
  sample.swap_in_bytes_per_second = 1e6;
  EXPECT_EQ(corrections_text(demand(DemandView::kMeasured)), "corrected for steal");
  const DomainDemand corrected = demand(DemandView::kCorrected);
  EXPECT_EQ(corrections_text(corrected), "corrected for steal, its vCPU limit and memory pressure");
  // 1.6 cores that it got, 0.4 that were stolen, and half of what it got.
  EXPECT_EQ(of(corrected.amounts, BoardResource::kCpu), 2'800'000);
  EXPECT_EQ(of(corrected.amounts, BoardResource::kMemory),
            of(demand(DemandView::kMeasured).amounts, BoardResource::kMemory) + kGibibyte / 4);
}

TEST(ClusterBoard, NothingThatASnapshotSaysOverflows) {
  constexpr int kClaimed = 300;
  auto made = node("h1").cpus(16).cpu(0.5).memory(64 * kGibibyte, 16 * kGibibyte);
  for (int i = 0; i < kClaimed; ++i) {
    telemetry::DomainSample claimed = domain("d" + std::to_string(i)).vcpus(4, 4).cpu(0.1).memory(1, 1);
    claimed.memory_balloon_bytes = claimed.memory_balloon_max_bytes = std::int64_t{1} << 56;
    claimed.huge_page_bytes = 0;
    claimed.huge_pages_bytes = std::int64_t{1} << 62;
    claimed.interfaces.assign(i == 0 ? 10'000 : 1,
                              {.receive_bytes_per_second = 1e15, .transmit_bytes_per_second = 1e15});
    made.with(claimed);
  }
  telemetry::NodeSnapshot liar = made;
  liar.node.huge_pages_free_bytes = std::int64_t{1} << 62;
  liar.node.links = {{"slow", 1e-9, 1e15, 1e15}, {"fast", 1e15, 0, 0}};
  const Round round({liar, node("h2").cpus(16).cpu(0.1)});
  const ClusterBoard made_board = board_of(round.input(), DemandView::kMeasured);
  const Board& board = made_board.board;
  const NodeIndex at = made_board.node_index.at(uuid_of("h1")), other = made_board.node_index.at(uuid_of("h2"));
  Amounts own = board.node(at).own_demand, allocated{};
  for (DomainIndex d = 0; d < board.domains(); ++d) {
    for (std::size_t r = 0; r < kBoardResources; ++r) {
      ASSERT_GE(board.domain(d).demand[r], 0) << d;
      ASSERT_LE(board.domain(d).demand[r], kMostOfDomain) << d;
      ASSERT_FALSE(__builtin_add_overflow(own[r], board.domain(d).demand[r], &own[r])) << d;
      ASSERT_FALSE(__builtin_add_overflow(allocated[r], board.domain(d).allocated[r], &allocated[r])) << d;
    }
    EXPECT_FALSE(board.fits(d, other)) << d;
  }
  EXPECT_EQ(board.demand(at), own);
  EXPECT_EQ(own[1], 48 * kGibibyte) << "what the node itself measured";
  EXPECT_GE(own[2], 0);
}

}  // namespace
}  // namespace hotspot::plan
