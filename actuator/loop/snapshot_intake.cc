#include "actuator/loop/snapshot_intake.h"

#include <utility>

namespace hotspot::loop {
namespace {

// Judging so many takes a moment: then the lease is renewed if that is due.
constexpr std::size_t kJudgedAtATime = 256;

}  // namespace

void SnapshotIntake::take(std::vector<ports::Arrival> arrivals) {
  take_early();
  std::size_t judged = 0;
  for (ports::Arrival& arrival : arrivals) {
    if (++judged % kJudgedAtATime == 0) steps_.keep_lead();
    if (steps_.admits(arrival)) queue_.put({std::move(arrival), false});
  }
  process_waiting();
}

void SnapshotIntake::take_early() {
  auto early = steps_.early();
  if (early.empty()) return;
  for (ports::Arrival& arrival : early) queue_.put({std::move(arrival), true});
  process_waiting();
}

void SnapshotIntake::process_waiting() {
  auto from = clock_.exact();
  while (!queue_.empty() && !budget_.is_spent()) {
    if (unseen_.nodes.contains(queue_.next_node()) && !look_between()) break;
    steps_.keep_lead();
    auto [arrival, is_early] = queue_.take();
    budget_.note_snapshot(arrival.snapshot.domains.size());
    unseen_.nodes.insert(arrival.snapshot.node.uuid);
    unseen_.are_early = unseen_.are_early && is_early;
    steps_.process(std::move(arrival));
    const auto now = clock_.exact();
    budget_.note_time(now - std::exchange(from, now));
  }
}

// False: the rules were evaluated often enough in this round.
bool SnapshotIntake::look_between() {
  if (!steps_.leads() || unseen_.are_early) {
    steps_.observe();
    return true;
  }
  if (!budget_.may_evaluate()) return false;
  budget_.note_evaluation();
  steps_.evaluate();
  return true;
}

}  // namespace hotspot::loop
