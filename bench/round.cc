// round [NODES [DOMAINS [ROUNDS]]]: what one round of hotspotd's loop costs while everything is hot at once.
//
// 30 nodes of 1,000 domains each send a snapshot a second; every domain is above the threshold of a rule that scales
// and migrates, so that 30,000 subjects fire and 512 of them are planned in each round (loop/planning_turn.h). No
// domain may grow, and no node has room, so that each of the 512 is tried with each of the nodes. The loop is
// hotspotd's own, with libvirt, journal and lease in memory; the clock goes on by a second a round. Measured is the CPU
// time of this thread for one round: taking in what came, evaluating, planning, recording, saving the state. Bound: the
// longest of ROUNDS (60) rounds, BENCH_BOUND_SECONDS (1).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "actuator/act/action_threads.h"
#include "actuator/loop/loop.h"
#include "actuator/rules/files/check.h"
#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_clock.h"
#include "tests/support/fakes/fake_hypervisor.h"
#include "tests/support/fakes/fake_journal.h"
#include "tests/support/fakes/fake_lease.h"

namespace {

using namespace hotspot;
using hotspot::testing::uuid_of;

constexpr const char* kRules = R"(groups:
- name: cpu
  rules:
  - hotspot: DomainCpuHot
    expr: domain_cpu_ratio > 90%
    for: 2 of 3
    remedy:
    - scale_vcpus: {by: 1}
    - migrate
    cooldown: 1m
)";

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

loop::LoadedRules load_rules() {
  loop::LoadedRules loaded;
  loaded.files = {{"rules.yaml", kRules}};
  loaded.checked = rules::check(loaded.files);
  return loaded;
}

class Bench {
 public:
  Bench(int nodes, int domains) : nodes_(nodes), domains_(domains) {
    config_.cluster = "test";
    config_.mode = rules::Mode::kRecommend;
    config_.admission.require_keys = false;
    config_.admission.uris.schemes.insert("qemu+tcp");
    for (int i = 0; i < nodes_; ++i) {
      config_.admission.nodes.push_back({name(i), "qemu+tcp://" + name(i) + "/system", "", uuid_of(name(i))});
      hypervisor_.set_identity(uuid_of(name(i)), {uuid_of(name(i)), name(i), 4, 8 * kGibibyte});
    }
    hypervisor_.on_proof([this](const ports::NodeProof& proof) { proofs_.push_back(proof); });
    loop_ = std::make_unique<loop::Loop>(loop::LoopPorts{.hypervisor = hypervisor_,
                                                         .make_actions = act::actions_in_threads(clock_, [] {}),
                                                         .journal = journal_,
                                                         .lease = lease_,
                                                         .clock = clock_,
                                                         .load_rules = load_rules},
                                         config_, "hotspotd@bench:1", [](loop::LogLevel, const std::string&) {});
    if (!loop_->start()) std::exit(2);
    for (ports::NodeProof& proof : proofs_) {
      proof.at = clock_.now();
      loop_->take(proof);
    }
    loop_->tick();
  }

  // The CPU time of the next round.
  double round() {
    clock_.advance(Milliseconds(1000));
    ++sequence_;
    std::vector<ports::Arrival> arrivals;
    for (int i = 0; i < nodes_; ++i) {
      auto node = testing::node(name(i)).cpu(0.9).at(clock_.now(), sequence_);
      for (int d = 0; d < domains_; ++d)
        node.with(testing::domain(name(i) + "-vm" + std::to_string(d)).cpu(0.95).vcpus(4, 4));
      arrivals.push_back({node, clock_.now()});
    }
    const double before = cpu_seconds();
    loop_->take(std::move(arrivals));
    loop_->tick();
    return cpu_seconds() - before;
  }

  std::string line() const { return loop_->status_line(); }

 private:
  static std::string name(int number) { return "n" + std::to_string(number); }

  int nodes_, domains_;
  std::uint64_t sequence_ = 0;
  fakes::FakeClock clock_{testing::kNow};
  fakes::FakeStore store_;
  fakes::FakeHypervisor hypervisor_;
  fakes::FakeJournal journal_{store_, clock_};
  fakes::FakeLease lease_{store_, clock_, "hotspotd@bench:1"};
  loop::Options config_;
  std::vector<ports::NodeProof> proofs_;
  std::unique_ptr<loop::Loop> loop_;
};

int number(int argc, char** argv, int which, int otherwise) {
  return argc > which ? std::atoi(argv[which]) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const int nodes = number(argc, argv, 1, 30), domains = number(argc, argv, 2, 1000),
            rounds = number(argc, argv, 3, 60);
  const char* told = std::getenv("BENCH_BOUND_SECONDS");
  const double bound = told != nullptr ? std::atof(told) : 1;
  Bench bench(nodes, domains);
  std::vector<double> took;
  for (int i = 0; i < rounds; ++i) {
    took.push_back(bench.round());
    if (i < 5) std::printf("round %d: %.3f s of CPU\n", i + 1, took.back());
  }
  std::sort(took.begin(), took.end());
  const double longest = took.back(), median = took[took.size() / 2];
  std::printf("%s\n%d nodes of %d domains, %d rounds: median %.3f s, longest %.3f s of CPU\n", bench.line().c_str(),
              nodes, domains, rounds, median, longest);
  std::printf("round: ours=%.3f peer=%.3f ratio=%.3f bound=1 s\n", longest, bound, longest / bound);
  return longest <= bound ? 0 : 1;
}
