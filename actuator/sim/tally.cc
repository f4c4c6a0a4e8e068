#include "actuator/sim/tally.h"

#include <algorithm>

namespace hotspot::simulation {
namespace {

constexpr double kJoulesPerKwh = 3.6e6;

std::size_t index_of(Resource resource) { return static_cast<std::size_t>(resource); }

}  // namespace

const char* to_string(Resource resource) {
  switch (resource) {
    case Resource::kCpu:
      return "cpu";
    case Resource::kMemory:
      return "memory";
    case Resource::kNetwork:
      return "network";
  }
  return "";
}

const char* to_string(Fault fault) {
  switch (fault) {
    case Fault::kOverfilled:
      return "overfilled";
    case Fault::kReturned:
      return "returned";
    case Fault::kApartBroken:
      return "anti_affinity_broken";
  }
  return "";
}

double Totals::moved_bytes() const {
  double sum = 0;
  for (const JudgedMove& move : moves) sum += move.bytes;
  return sum;
}

double Totals::downtime_seconds() const {
  double sum = 0;
  for (const JudgedMove& move : moves) sum += move.downtime_seconds;
  return sum;
}

std::size_t Totals::faults(Fault fault) const {
  return static_cast<std::size_t>(std::count_if(moves.begin(), moves.end(), [&](const JudgedMove& move) {
    return std::find(move.faults.begin(), move.faults.end(), fault) != move.faults.end();
  }));
}

Tally::Tally(const Scenario& scenario) : scenario_(scenario), hot_(scenario.nodes.size()) {
  const auto has_power = [](const NodeModel& node) { return !node.watts.empty(); };
  if (std::any_of(scenario.nodes.begin(), scenario.nodes.end(), has_power)) totals_.energy_kwh = 0;
}

Tally::Hot Tally::hot_now(const SimulatedNode& node) const {
  return {node.cpu_ratio() > scenario_.marks.cpu, node.memory_ratio() > scenario_.marks.memory,
          node.network_ratio() > scenario_.marks.network};
}

void Tally::note(const World& world, WallTime now, Milliseconds step) {
  const double minutes = std::chrono::duration<double, std::ratio<60>>(step).count();
  const std::vector<Hot> before = hot_;
  CourseColumn course{.length = step, .hot_node_minutes = totals_.hot_node_minutes};
  for (std::size_t i = 0; i < world.nodes().size(); ++i) note_node(i, world.nodes()[i], minutes);
  for (std::size_t i = 0; i < kResources.size(); ++i)
    course.hot_node_minutes[i] = totals_.hot_node_minutes[i] - course.hot_node_minutes[i];
  for (const SimulatedDomain& domain : world.domains()) note_domain(domain, minutes);
  for (; noted_moves_ < world.moves().size(); ++noted_moves_) {
    const Move& move = world.moves()[noted_moves_];
    watched_.push_back({totals_.moves.size(), move.to, before[move.to], move.ended + std::max(kWatched, step)});
    totals_.moves.push_back(judged(world, move));
    ++course.moves;
    course.moved_bytes += move.bytes;
  }
  totals_.course.add(course);
  watch_targets(now);
}

void Tally::note_node(std::size_t index, const SimulatedNode& node, double minutes) {
  hot_[index] = hot_now(node);
  for (const Resource one : kResources)
    if (hot_[index][index_of(one)]) totals_.hot_node_minutes[index_of(one)] += minutes;
  if (!node.model->watts.empty())
    *totals_.energy_kwh += watts_at(node.model->watts, node.cpu_ratio()) * minutes * 60 / kJoulesPerKwh;
}

void Tally::note_domain(const SimulatedDomain& domain, double minutes) {
  const auto& cores = domain.cores;
  if (cores.asks > cores.wants || cores.asks >= domain.facts.vcpus) totals_.cpu_limited_minutes += minutes;
  if (domain.memory.asks >= static_cast<double>(domain.facts.balloon_bytes)) totals_.memory_limited_minutes += minutes;
  totals_.stolen_core_minutes += (cores.wants - cores.gets) * minutes;
}

// A target that was not hot before the move, and is soon after it, counts against the move.
void Tally::watch_targets(WallTime now) {
  std::erase_if(watched_, [&](const Watched& one) {
    for (const Resource resource : kResources) {
      if (!hot_[one.target][index_of(resource)] || one.before[index_of(resource)]) continue;
      totals_.moves[one.move].faults.push_back(Fault::kOverfilled);
      return true;
    }
    return now >= one.until;
  });
}

JudgedMove Tally::judged(const World& world, const Move& move) const {
  JudgedMove one{.began = move.began,
                 .ended = move.ended,
                 .domain = scenario_.domains[move.domain].name,
                 .from = scenario_.nodes[move.from].name,
                 .to = scenario_.nodes[move.to].name,
                 .bytes = move.bytes,
                 .downtime_seconds = move.downtime_seconds,
                 .faults = {}};
  const bool returned = std::any_of(world.moves().begin(), world.moves().end(), [&](const Move& earlier) {
    return earlier.domain == move.domain && earlier.from == move.to && earlier.ended < move.ended &&
           move.began - earlier.ended < kMemoryOfMoves;
  });
  if (returned) one.faults.push_back(Fault::kReturned);
  if (broken_apart(world, move)) one.faults.push_back(Fault::kApartBroken);
  return one;
}

// By the policies of both, against the domains that run on the target now.
bool Tally::broken_apart(const World& world, const Move& move) const {
  const auto avoids = [](const telemetry::Policy& a, const telemetry::Policy& b) {
    return b.group && std::find(a.anti_affinity.begin(), a.anti_affinity.end(), *b.group) != a.anti_affinity.end();
  };
  const telemetry::Policy& moved = scenario_.domains[move.domain].policy;
  const auto& there = world.nodes()[move.to].domains;
  return std::any_of(there.begin(), there.end(), [&](std::size_t other) {
    const telemetry::Policy& policy = scenario_.domains[other].policy;
    return other != move.domain && (avoids(moved, policy) || avoids(policy, moved));
  });
}

void Tally::note_end(const model::Action& action, model::ActionState state) {
  ++totals_.ends[model::to_string(state)];
  if (state != model::ActionState::kDone) return;
  ++totals_.by_rule[action.rule];
  if (model::changes(action.step) != model::Changes::kNode) ++totals_.changes[model::step_name(action.step)];
}

}  // namespace hotspot::simulation
