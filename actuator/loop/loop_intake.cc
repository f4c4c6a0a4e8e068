// What the loop does with each snapshot, and with the registry of nodes.
#include <utility>

#include "actuator/loop/loop.h"

namespace hotspot::loop {

SnapshotIntake::Steps Loop::intake_steps() {
  return {.admits = [this](ports::Arrival& arrival) { return gate_.admits(arrival); },
          .early = [this] { return gate_.take_early(); },
          .process = [this](ports::Arrival arrival) { take_in(std::move(arrival)); },
          .keep_lead = [this] { lead_.keep(); },
          .leads = [this] { return lead_.leads(); },
          .observe = [this] { observe(); },
          .evaluate = [this] { evaluate(); }};
}

void Loop::follow_registry() {
  gate_.judge_anew();
  arrivals_.take_early();
  gate_.follow_registry();
  if (lead_.leads()) lead_.check_write(gate_.save(lead_.token()), "the registry of nodes");
  connect_admitted();
  intake_.set_aside(gate_.admission().frozen());
  gate_.advance();
}

void Loop::observe() {
  rules_.observe(intake_);
  arrivals_.rules_have_seen();
}

void Loop::take_in(ports::Arrival arrival) {
  const std::string node = arrival.snapshot.node.uuid;
  if (gate_.admission().find(node) == nullptr) return;  // it was forgotten while it waited
  if (!intake_.take(std::move(arrival), options_.cluster)) return;
  steering_.saw(*intake_.cluster().find_node(node), intake_.cluster());
  memory_care_.saw(*intake_.cluster().find_node(node), intake_.cluster());
}

}  // namespace hotspot::loop
