// What the consolidation planner works on: nodes and domains as arrays, known by their index, with one resource whose
// demand changes all the time (CPU) and one that only has to fit (memory).
//
// Units: demand and capacity are in any one unit of CPU (cores, MIPS), memory in any one unit, power in watts, times in
// seconds. Values only; any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace hotspot::plan::consolidation {

inline constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();
inline constexpr double kUnlimited = std::numeric_limits<double>::infinity();

struct Node {
  double capacity = 0;
  double most_of_a_domain = kUnlimited;  // as much CPU as one domain can use there
  double memory = kUnlimited;
  double idle_watts = 0, full_watts = 0;
  // A source node is never a target: held, drained, stale, or distrusted.
  enum class Use { kTarget, kSourceOnly } use = Use::kTarget;
};

struct Domain {
  std::size_t node = 0;            // where it is; while it moves, its target
  std::size_t leaving = kNowhere;  // while it moves, where it still runs
  double demand = 0;               // now
  double mean = 0, variance = 0;   // demand_estimate.h
  std::size_t samples = 1;         // that these are made of
  double memory = 0;
  double transfer_seconds = 0;  // predicted
  enum class Movable { kYes, kNo } movable = Movable::kYes;
};

// A node without domains is taken to be off, or cheap to wake: it costs nothing until a plan opens it.
struct Cluster {
  std::vector<Node> nodes;
  std::vector<Domain> domains;
};

enum class Reason {
  kPack,     // the cluster is spread over many more nodes than it needs
  kRelieve,  // the source is overloaded now
  kEmpty,    // the source is not needed
  kBalance,  // the source is more likely to be overloaded than the target
  kOpen,     // a node is opened before the others are overloaded
};

struct Move {
  std::size_t domain = 0, from = 0, to = 0;
  Reason reason = Reason::kRelieve;
  bool operator==(const Move&) const = default;
};

}  // namespace hotspot::plan::consolidation
