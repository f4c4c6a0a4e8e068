// A domain that might be moved off a hot node, and by what such domains are compared.
//
// PURE. Private to the planner.
#pragma once

#include <string>
#include <tuple>

#include "actuator/model/cluster.h"
#include "actuator/plan/migration_time.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::plan {

// One domain, and the node that suits it best.
struct Candidate {
  model::DomainRef domain;
  const model::Node* target = nullptr;
  double cores = 0;  // demand
  std::int64_t footprint_bytes = 0;
  double vsr = 0;
  double gain = 0;  // share of the source's resource that the move frees
  bool cures = false;
  MigrationEstimate estimate;  // of the migration to the target
};

// The lowest rank is the best. With any selection, a move that alone cures the hotspot ranks before one that does not.
using CandidateRank = std::tuple<bool, double, double, double, std::string>;
CandidateRank candidate_rank(const Candidate& c, rules::Select select);
// The figure of the rank by which domains differ: seconds, or the inverse of what most is wanted of.
double candidate_score(const Candidate& c, rules::Select select);

}  // namespace hotspot::plan
