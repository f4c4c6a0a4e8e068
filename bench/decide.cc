// decide [SEEDS [FIRST]]: hot node-minutes, moves and GiB moved on a cluster that is heated on purpose, from 20 seeds.
//
// 12 nodes and 150 domains for an hour in steps of 10 s (bench/decide/heated_cluster.h), in the simulator: doing
// nothing, plain thresholds that move the largest domain, Sandpiper's policy (bench/decide/peers.h), and hotspotd's own
// loop with two rules, one on CPU and one on memory, with the same marks. A line for each seed and policy.
//
//   decide-hot   the worst ratio of our hot node-minutes to the best peer's, of all seeds; bound: 1
//   decide-gib   all GiB that we moved to all that Sandpiper moved; bound: 0.5
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "actuator/rules/files/check.h"
#include "actuator/sim/run.h"
#include "bench/decide/heated_cluster.h"
#include "bench/decide/peers.h"

namespace {

using namespace hotspot;
using simulation::Resource;
using simulation::Totals;

constexpr double kBytesPerGib = static_cast<double>(kGibibyte);

loop::LoadedRules our_rules() {
  const auto rule = [](const char* name, const char* series, double mark) {
    return std::string("  - hotspot: ") + name + "\n    expr: " + series + " > " + std::to_string(mark) +
           "\n    for: 3 of 5\n    remedy: [migrate]\n";
  };
  loop::LoadedRules loaded;
  loaded.files = {{"decide.yml", "groups:\n- name: decide\n  rules:\n" +
                                     rule("NodeCpuHot", "node_cpu_ratio", decide::kCpuMark) +
                                     rule("NodeMemoryHot", "node_memory_used_ratio", decide::kMemoryMark)}};
  loaded.checked = rules::check(loaded.files);
  return loaded;
}

double hot_minutes(const Totals& totals) {
  return totals.minutes_of(Resource::kCpu) + totals.minutes_of(Resource::kMemory) +
         totals.minutes_of(Resource::kNetwork);
}

void print(unsigned long long seed, const char* who, const Totals& totals) {
  std::printf(
      "seed %2llu  %-10s  cpu %6.1f  memory %6.1f  network %5.1f  stolen %7.1f  moves %3zu  GiB %6.1f  faults %zu\n",
      seed, who, totals.minutes_of(Resource::kCpu), totals.minutes_of(Resource::kMemory),
      totals.minutes_of(Resource::kNetwork), totals.stolen_core_minutes, totals.moves.size(),
      totals.moved_bytes() / kBytesPerGib,
      totals.faults(simulation::Fault::kOverfilled) + totals.faults(simulation::Fault::kReturned) +
          totals.faults(simulation::Fault::kApartBroken));
}

int claim(const char* name, double ours, double peer, double bound) {
  const double ratio = peer > 0 ? ours / peer : ours > 0 ? 1e9 : 0;
  std::printf("%s: ours=%.4g peer=%.4g ratio=%.4g bound=%.4g %s\n", name, ours, peer, ratio, bound,
              ratio <= bound ? "holds" : "does not hold");
  return ratio <= bound ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned long long seeds = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20;
  const unsigned long long first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  double worst = 0, worst_ours = 0, worst_peer = 1, our_bytes = 0, their_bytes = 0;
  for (unsigned long long seed = first; seed < first + seeds; ++seed) {
    const simulation::Scenario scenario = decide::heated_cluster(seed);
    const simulation::RunOptions options{
        .length = std::chrono::hours(1), .step = std::chrono::seconds(10), .seed = seed};
    const Totals nothing = run_alone(scenario, options);
    const Totals thresholds = run_peer(decide::Peer::kThresholds, scenario, options);
    const Totals sandpiper = run_peer(decide::Peer::kSandpiper, scenario, options);
    const auto ours = run_with(scenario, our_rules(), options);
    if (!ours) return std::fprintf(stderr, "%s\n", ours.error().message.c_str()), 2;
    print(seed, "nothing", nothing);
    print(seed, "thresholds", thresholds);
    print(seed, "sandpiper", sandpiper);
    print(seed, "ours", *ours);
    const double best = std::min({hot_minutes(nothing), hot_minutes(thresholds), hot_minutes(sandpiper)});
    if (hot_minutes(*ours) / best > worst) {
      worst_ours = hot_minutes(*ours);
      worst_peer = best;
      worst = worst_ours / worst_peer;
    }
    our_bytes += ours->moved_bytes();
    their_bytes += sandpiper.moved_bytes();
  }
  const int hot = claim("decide-hot", worst_ours, worst_peer, 1);
  return claim("decide-gib", our_bytes / kBytesPerGib, their_bytes / kBytesPerGib, 0.5) | hot;
}
