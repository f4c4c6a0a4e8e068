// What came of an operator's order for one domain, in the answer to the command. PURE.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hotspot::record {

inline constexpr std::size_t kMostElsewhere = 100;  // nodes that are named in an answer

struct Ordered {
  std::string domain, domain_uuid, node;  // names; the node is where it runs
  std::string step;                       // "migrate to h2", "vCPUs 1 → 2"; empty: nothing is done
  std::string target;                     // of a move: the node's name
  std::string action, decision;           // ids; empty: nothing was begun
  std::string undo;                       // the command that undoes it; empty: none does
  std::string refusal;                    // why nothing is done, as a word: "held", "no_memory", "settling"; or empty
  bool dry_run = false;
  std::optional<double> seconds, downtime_seconds;  // predicted, for a migration
  struct Elsewhere {
    std::string node, why;  // a node that is no target, and a sentence
    bool operator==(const Elsewhere&) const = default;
  };
  std::vector<Elsewhere> elsewhere;
  std::size_t more_elsewhere = 0;    // beyond those
  std::vector<std::string> effects;  // "h1 CPU 90 % → 65 %, memory 60 % → 50 %"
  bool operator==(const Ordered&) const = default;
};

}  // namespace hotspot::record
