// The loop: takes in a limited number of arrived snapshots in each round.
#include <algorithm>
#include <utility>

#include "actuator/loop/loop.h"

namespace hotspot::loop {
namespace {

// Judging so many takes a moment: then the lease is looked at.
constexpr std::size_t kJudgedAtATime = 256;

}  // namespace

void Loop::take_arrivals(std::vector<ports::Arrival> arrivals) {
  take_early();
  std::size_t judged = 0;
  for (ports::Arrival& arrival : arrivals) {
    if (++judged % kJudgedAtATime == 0) keep_lead();
    if (gate_.admits(arrival)) queue_.put({std::move(arrival), false});
  }
  take_in_waiting();
}

// What nodes sent before libvirt had said who they are fills the rules' windows; rules are evaluated on all of it.
void Loop::take_early() {
  auto early = gate_.take_early();
  if (early.empty()) return;
  for (ports::Arrival& arrival : early) queue_.put({std::move(arrival), true});
  take_in_waiting();
}

void Loop::follow_registry() {
  gate_.judge_anew();
  take_early();
  gate_.follow_registry();
  if (leadership_.leads()) check_write(gate_.save(leadership_.token()), "the registry of nodes");
  connect_admitted();
  intake_.set_aside(gate_.admission().frozen());
  gate_.advance();
}

// A node may have sent more than one snapshot since the rules looked last. Rules that count samples have to see each.
void Loop::take_in_waiting() {
  auto from = ports_.clock.exact();
  while (!queue_.empty() && !budget_.is_spent()) {
    if (unseen_.nodes.contains(queue_.next_node()) && !look_between()) break;
    keep_lead();
    auto [arrival, is_early] = queue_.take();
    budget_.note_snapshot(arrival.snapshot.domains.size());
    unseen_.nodes.insert(arrival.snapshot.node.uuid);
    unseen_.are_early = unseen_.are_early && is_early;
    take_in(std::move(arrival));
    const auto now = ports_.clock.exact();
    budget_.note_time(now - std::exchange(from, now));
  }
}

// False: this round has evaluated often enough.
bool Loop::look_between() {
  if (!leadership_.leads() || unseen_.are_early) {
    observe();
    return true;
  }
  if (!budget_.may_evaluate()) return false;
  budget_.note_evaluation();
  evaluate();
  return true;
}

void Loop::observe() {
  rules_.observe(intake_);
  unseen_ = {};
}

void Loop::take_in(ports::Arrival arrival) {
  const std::string node = arrival.snapshot.node.uuid;
  if (gate_.admission().find(node) == nullptr) return;  // it was forgotten while it waited
  if (!intake_.take(std::move(arrival), options_.cluster)) return;
  steering_.saw(*intake_.cluster().find_node(node), intake_.cluster());
  memory_care_.saw(*intake_.cluster().find_node(node), intake_.cluster());
}

}  // namespace hotspot::loop
