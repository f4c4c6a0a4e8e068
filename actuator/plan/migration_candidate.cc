#include "actuator/plan/migration_candidate.h"

#include <algorithm>

namespace hotspot::plan {

double candidate_score(const Candidate& c, rules::Select select) {
  if (select == rules::Select::kHighestVsr) return 1 / std::max(c.vsr, 1e-9);
  if (select == rules::Select::kMostCpu || !c.cures) return 1 / std::max(c.cores, 1e-9);
  return c.estimate.total_seconds;
}

CandidateRank candidate_rank(const Candidate& c, rules::Select select) {
  const auto bytes = static_cast<double>(c.footprint_bytes);
  const std::string& uuid = c.domain.domain->uuid;  // so that equals always have the same order
  switch (select) {
    case rules::Select::kMostCpu:
      return {!c.cures, -c.cores, bytes, 0, uuid};
    case rules::Select::kHighestVsr:
      return {!c.cures, -c.vsr, bytes, 0, uuid};
    case rules::Select::kLeastMigrationTime:
      break;
  }
  // The least time, then the least downtime. If no single move cures the hotspot, the one that helps most goes first.
  const double total = c.estimate.total_seconds, downtime = c.estimate.downtime_seconds;
  return c.cures ? CandidateRank{false, total, downtime, -c.gain, uuid}
                 : CandidateRank{true, -c.gain, total, downtime, uuid};
}

}  // namespace hotspot::plan
