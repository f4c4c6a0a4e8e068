// Ganeti's text files, as hbal reads and writes them (-t, -S), and its file of dynamic load (-U), made a board of.
//
// See hbal(1) and the text backend of htools: sections separated by an empty line (groups, nodes, instances, tags,
// policies), columns by `|`. Instances must have external storage and no secondary node; of a node that is offline or
// drained nothing is known here, and such a file is refused.
#pragma once

#include <string>
#include <vector>

#include "actuator/plan/balance/balance.h"
#include "telemetry/result.h"

namespace hotspot::bench {

using Columns = std::vector<std::string>;

struct GanetiCluster {
  std::vector<Columns> nodes, instances;
  std::string before_nodes, after_instances;  // the other sections, as they are
  plan::BoardEntries entries;
};

Result<GanetiCluster> read_ganeti(const std::string& data_path, const std::string& load_path);

// The standard deviations that hbal adds up for such instances: the shares of free memory and of vCPUs, and the loads
// as they are, whatever the size of the node.
const plan::ScoreTable& ganeti_table();

// The same cluster with the instances where the board has them.
Result<std::string> write_ganeti(const GanetiCluster& cluster, const plan::Board& board, const std::string& path);

}  // namespace hotspot::bench
