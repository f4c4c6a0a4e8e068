#include "bench/planetlab/experiment.h"

#include <algorithm>
#include <ctime>
#include <set>

namespace hotspot::planetlab {
namespace {

constexpr double kFirstInstant = 0.1;  // CloudSim's first event; ticks follow each five minutes

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

std::vector<Move> planned(const DataCenter& center, Policy& policy, Outcome& outcome) {
  const double began = cpu_ms();
  std::vector<Move> moves = policy.plan(center);
  const double took = cpu_ms() - began;
  outcome.planning_cpu_ms += took;
  outcome.longest_planning_cpu_ms = std::max(outcome.longest_planning_cpu_ms, took);
  return moves;
}

Tick look(const DataCenter& center, double seconds) {
  Tick tick{};
  tick.seconds = seconds;
  for (const Host& host : center.hosts()) tick.active_hosts += host.used > 0 ? 1 : 0;
  for (const Vm& vm : center.vms())
    if (vm.state != Vm::State::kRemoved) {
      ++tick.vms;
      tick.demand_mips += vm.demand;
    }
  return tick;
}

// Joules of the least possible power for the demand that stands for so long.
double floor_joules(double demand_mips, double seconds) {
  const HostKind& best = kHostKinds[1];
  return demand_mips / best.mips * best.watts.back() * seconds;
}

}  // namespace

Outcome run(const Day& day, Policy& policy, Idle idle) {
  DataCenter center(day);
  Outcome outcome;
  const std::vector<std::size_t> start = policy.start(center.vms());
  for (std::size_t vm = 0; vm < start.size(); ++vm) center.place(vm, start[vm]);
  double seconds = kFirstInstant, joules = 0;
  for (int number = 1; number < static_cast<int>(kSamples); ++number) {
    seconds += kSampleSeconds;
    center.advance(seconds, DataCenter::Instant::kTick);
    if (idle == Idle::kRemoved) center.remove_idle();
    Tick tick = look(center, seconds);
    joules += floor_joules(tick.demand_mips, kSampleSeconds);
    const std::vector<Move> moves = planned(center, policy, outcome);
    tick.number = number;
    tick.overloaded = policy.overloaded();
    tick.migrations = moves.size();
    center.start(moves);
    std::set<double> ends;
    for (const Move& move : moves) ends.insert(center.vms()[move.vm].transfer_seconds());
    for (const double transfer : ends) {
      center.advance(seconds + transfer, DataCenter::Instant::kOther);
      center.finish(transfer);
    }
    tick.kwh = center.metrics().kwh;
    outcome.ticks.push_back(tick);
  }
  outcome.metrics = center.metrics();
  outcome.floor_kwh = joules / 3.6e6;
  return outcome;
}

}  // namespace hotspot::planetlab
