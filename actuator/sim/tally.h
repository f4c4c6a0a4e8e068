// What a simulation is judged by: hot minutes, what was moved and changed, what went wrong, energy.
//
// Thread rule: one thread.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/sim/course.h"
#include "actuator/sim/world.h"

namespace hotspot::simulation {

enum class Resource { kCpu, kMemory, kNetwork };
inline constexpr std::array kResources{Resource::kCpu, Resource::kMemory, Resource::kNetwork};
const char* to_string(Resource resource);

// What is wrong with a move; see docs/simulator.md.
enum class Fault {
  kOverfilled,   // its target became hot within kWatched
  kReturned,     // to the node that the domain had left within kMemoryOfMoves
  kApartBroken,  // it brought domains together that are to be apart
};
inline constexpr std::array kFaults{Fault::kOverfilled, Fault::kReturned, Fault::kApartBroken};
const char* to_string(Fault fault);

struct JudgedMove {
  WallTime began{}, ended{};
  std::string domain, from, to;
  double bytes = 0, downtime_seconds = 0;
  std::vector<Fault> faults;
};

struct Totals {
  std::array<double, 3> hot_node_minutes{};    // by resource
  double cpu_limited_minutes = 0;              // of domains that want all their vCPUs or more
  double memory_limited_minutes = 0;           // of domains that want all their memory or more
  double stolen_core_minutes = 0;              // wanted within a domain's limits, and not got
  std::optional<double> energy_kwh;            // of the nodes whose power is known; empty: of none
  std::vector<JudgedMove> moves;               // in order of their ends
  std::map<std::string, std::size_t> changes;  // done, other than moves: name of the step → count
  std::map<std::string, std::size_t> ends;     // of actions: "done", "failed", "aborted", "skipped" → count
  std::map<std::string, std::size_t> by_rule;  // actions that were done
  Course course;

  double minutes_of(Resource resource) const { return hot_node_minutes[static_cast<std::size_t>(resource)]; }
  double moved_bytes() const;
  double downtime_seconds() const;
  std::size_t faults(Fault fault) const;
};

class Tally {
 public:
  static constexpr Milliseconds kWatched{std::chrono::minutes(5)};
  static constexpr Milliseconds kMemoryOfMoves{std::chrono::hours(2)};

  // The scenario must outlive it.
  explicit Tally(const Scenario& scenario);

  // After each step of the world: it counts for so long.
  void note(const World& world, WallTime now, Milliseconds step);
  // The end of an action.
  void note_end(const model::Action& action, model::ActionState state);
  const Totals& totals() const { return totals_; }

 private:
  using Hot = std::array<bool, 3>;
  struct Watched {
    std::size_t move = 0;  // in totals_.moves
    std::size_t target = 0;
    Hot before{};
    WallTime until{};
  };
  Hot hot_now(const SimulatedNode& node) const;
  void note_node(std::size_t index, const SimulatedNode& node, double minutes);
  void note_domain(const SimulatedDomain& domain, double minutes);
  void watch_targets(WallTime now);
  JudgedMove judged(const World& world, const Move& move) const;
  bool broken_apart(const World& world, const Move& move) const;

  const Scenario& scenario_;
  std::vector<Hot> hot_;  // by node, of the last step
  std::vector<Watched> watched_;
  std::size_t noted_moves_ = 0;
  Totals totals_;
};

}  // namespace hotspot::simulation
