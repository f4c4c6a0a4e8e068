#include "bench/hbal/ganeti.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <unordered_map>

namespace hotspot::bench {
namespace {

using plan::Amount;
using plan::BoardDomain;
using plan::BoardNode;
using plan::BoardResource;
using plan::NodeIndex;

// A load of 1 in the file.
constexpr Amount kLoad = 1'000'000'000;
constexpr std::size_t kNodeTotal = 1, kNodeFree = 3, kNodeCores = 6, kNodeRole = 7;
constexpr std::size_t kName = 0, kMemory = 1, kVcpus = 3, kPrimary = 6, kSecondary = 7, kTemplate = 8;

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

Columns columns_of(std::string_view line) {
  Columns columns;
  for (;;) {
    const std::size_t end = line.find('|');
    columns.emplace_back(line.substr(0, end));
    if (end == std::string_view::npos) return columns;
    line.remove_prefix(end + 1);
  }
}

Amount number(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }

// "|STD|…|vcpu-ratio|spindle-ratio": the ratio of the last line that has one.
double vcpu_ratio(const std::string& sections) {
  double ratio = 64;
  std::istringstream lines(sections);
  for (std::string line; std::getline(lines, line);) {
    const Columns columns = columns_of(line);
    if (columns.size() >= 5) ratio = std::strtod(columns[columns.size() - 2].c_str(), nullptr);
  }
  return ratio;
}

Error bad(const std::string& what) { return Error{what}; }

BoardNode board_node(const Columns& node, double ratio) {
  BoardNode made;
  const Amount total = number(node[kNodeTotal]), cores = number(node[kNodeCores]);
  made.capacity = {cores, total, 0, 0};
  made.own_allocated = {0, total - number(node[kNodeFree]), 0, 0};
  made.allocated_limit = {static_cast<Amount>(std::floor(ratio * static_cast<double>(cores))), total, plan::kUnlimited,
                          plan::kUnlimited};
  return made;
}

using Loads = std::unordered_map<std::string, plan::Amounts>;

Loads read_loads(const std::string& path) {
  Loads loads;
  std::ifstream file(path);
  std::string name;
  for (double cpu = 0, memory = 0, disk = 0, network = 0; file >> name >> cpu >> memory >> disk >> network;) {
    const auto amount = [](double load) {
      return static_cast<Amount>(std::llround(load * static_cast<double>(kLoad)));
    };
    loads[name] = {amount(cpu), amount(memory), amount(network), amount(disk)};
  }
  return loads;
}

Result<bool> add_instances(GanetiCluster& cluster, const Loads& loads) {
  std::unordered_map<std::string, NodeIndex> index;
  for (const Columns& node : cluster.nodes) index.emplace(node[kName], static_cast<NodeIndex>(index.size()));
  for (const Columns& instance : cluster.instances) {
    const auto node = index.find(instance[kPrimary]);
    if (node == index.end() || !instance[kSecondary].empty() || instance[kTemplate] != "ext")
      return bad(instance[kName] + ": a known primary node, no secondary and the template 'ext' are needed");
    BoardDomain made;
    made.node = node->second;
    made.allocated = {number(instance[kVcpus]), number(instance[kMemory]), 0, 0};
    const auto load = loads.find(instance[kName]);
    made.demand = load == loads.end() ? plan::Amounts{kLoad, kLoad, kLoad, kLoad} : load->second;
    // What the node has free is beside its instances.
    cluster.entries.nodes[made.node].own_allocated[1] -= made.allocated[1];
    cluster.entries.domains.push_back(made);
  }
  return true;
}

}  // namespace

const plan::ScoreTable& ganeti_table() {
  using plan::Quantity;
  static const plan::ScoreTable table{{"free memory", Quantity::kAllocated, BoardResource::kMemory, 1, 0},
                                      {"vcpus", Quantity::kAllocated, BoardResource::kCpu, 1, 0},
                                      {"cpu load", Quantity::kDemand, BoardResource::kCpu, 1, kLoad},
                                      {"memory load", Quantity::kDemand, BoardResource::kMemory, 1, kLoad},
                                      {"disk load", Quantity::kDemand, BoardResource::kDisk, 1, kLoad},
                                      {"network load", Quantity::kDemand, BoardResource::kNetwork, 1, kLoad}};
  return table;
}

Result<GanetiCluster> read_ganeti(const std::string& data_path, const std::string& load_path) {
  GanetiCluster cluster;
  int section = 0;
  for (const std::string& line : lines_of(data_path)) {
    if (line.empty() && section < 3) {
      ++section;
      continue;
    }
    if (section == 0) cluster.before_nodes += line + "\n";
    if (section == 1) cluster.nodes.push_back(columns_of(line));
    if (section == 2) cluster.instances.push_back(columns_of(line));
    if (section == 3) cluster.after_instances += line + "\n";
  }
  if (cluster.nodes.empty()) return bad(data_path + ": no nodes in it");
  if (!std::ifstream(load_path)) return bad(load_path + ": cannot be read");
  for (const Columns& node : cluster.nodes)
    if (node.size() <= kNodeRole || node[kNodeRole] == "Y") return bad("a node is offline, or its line is too short");
  for (const Columns& instance : cluster.instances)
    if (instance.size() <= kTemplate) return bad("the line of an instance is too short");
  const double ratio = vcpu_ratio(cluster.after_instances);
  for (const Columns& node : cluster.nodes) cluster.entries.nodes.push_back(board_node(node, ratio));
  if (const auto added = add_instances(cluster, read_loads(load_path)); !added) return added.error();
  return cluster;
}

Result<std::string> write_ganeti(const GanetiCluster& cluster, const plan::Board& board, const std::string& path) {
  std::ofstream file(path);
  const auto write = [&](const Columns& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) file << (i == 0 ? "" : "|") << columns[i];
    file << "\n";
  };
  file << cluster.before_nodes << "\n";
  for (NodeIndex n = 0; n < board.nodes(); ++n) {
    Columns node = cluster.nodes[n];
    node[kNodeFree] = std::to_string(number(node[kNodeTotal]) - plan::of(board.allocated(n), BoardResource::kMemory));
    write(node);
  }
  file << "\n";
  for (plan::DomainIndex d = 0; d < board.domains(); ++d) {
    Columns instance = cluster.instances[d];
    instance[kPrimary] = cluster.nodes[board.node_of(d)][kName];
    write(instance);
  }
  file << "\n" << cluster.after_instances;
  file.flush();
  if (!file) return bad("cannot write " + path);
  return path;
}

}  // namespace hotspot::bench
