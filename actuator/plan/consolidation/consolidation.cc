#include "actuator/plan/consolidation/consolidation.h"

#include "actuator/plan/consolidation/balance.h"
#include "actuator/plan/consolidation/empty.h"
#include "actuator/plan/consolidation/load.h"
#include "actuator/plan/consolidation/pack.h"
#include "actuator/plan/consolidation/relieve.h"

namespace hotspot::plan::consolidation {

std::vector<Move> consolidate(const Cluster& cluster, const Policy& policy) {
  Load load(cluster, policy);
  pack(load);
  relieve(load);
  empty_nodes(load);
  balance(load);
  open_node(load);
  return load.moves();
}

}  // namespace hotspot::plan::consolidation
