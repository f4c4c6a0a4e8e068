#include "tests/support/redis_topology.h"

#include <fstream>
#include <stdexcept>

#include "tests/support/wait.h"
#include "tests/support/write_password.h"

namespace hotspot::testing {
namespace {

std::string text_of(const redis::Reply& reply) {
  if (reply.kind == redis::Reply::Kind::kInteger) return std::to_string(reply.integer);
  std::string text = reply.text;
  for (const redis::Reply& element : reply.elements) text += (text.empty() ? "" : " ") + text_of(element);
  return text;
}

void demand(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error("the test's Redis: " + what);
}

void demand_ok(const RedisServer& server, const redis::Command& command) {
  const std::string said = ask(server, command);
  demand(said == "OK", command[0] + " " + (command.size() > 1 ? command[1] : "") + " said: " + said);
}

}  // namespace

std::string ask(const RedisServer& server, const redis::Command& command, const std::string& password) {
  redis::Options options;
  options.unix_socket = server.unix_socket();
  if (!password.empty()) {
    options.password_file = server.folder() + "/password-of-the-test";
    write_password(options.password_file, password);
  }
  redis::Connection connection(options);
  if (const auto connected = connection.connect(); !connected) return connected.error().message;
  const auto replies = connection.pipeline({command});
  return replies ? text_of(replies->front()) : replies.error().message;
}

Sentinel::Sentinel(const RedisServer& master, int quorum, const std::vector<std::string>& more_lines)
    : folder_(master.folder()) {
  const std::string path = folder_ + "/sentinel-" + std::to_string(free_port()) + ".conf";
  std::ofstream file(path);
  file << "sentinel monitor hotspot 127.0.0.1 " << master.port() << " " << quorum << "\n"
       << "sentinel down-after-milliseconds hotspot 300\n"
       << "sentinel failover-timeout hotspot 2000\n";
  for (const std::string& line : more_lines) file << line << "\n";
  file.close();
  server_ = std::make_unique<RedisServer>(std::vector<std::string>{path, "--sentinel"});
}

std::string Sentinel::master_port() {
  const std::string named = ask(*server_, {"SENTINEL", "get-master-addr-by-name", "hotspot"});
  return named.substr(named.rfind(' ') + 1);
}

SentinelGroup::SentinelGroup() {
  demand_ok(second_, {"REPLICAOF", "127.0.0.1", std::to_string(first_.port())});
  for (int i = 0; i < 2; ++i) sentinels_.push_back(std::make_unique<Sentinel>(first_, 2));
  const bool ready = wait_for([this] {
    for (auto& one : sentinels_) {
      const std::string known = ask(one->server(), {"SENTINEL", "master", "hotspot"});
      if (known.find("num-slaves 1") == std::string::npos) return false;
      if (known.find("num-other-sentinels 1") == std::string::npos) return false;
    }
    return ask(second_, {"ROLE"}).find("connected") != std::string::npos;
  });
  demand(ready,
         "the sentinels did not find each other: " + ask(sentinels_[0]->server(), {"SENTINEL", "master", "hotspot"}));
}

std::vector<redis::Address> SentinelGroup::addresses() const {
  std::vector<redis::Address> all;
  for (const auto& one : sentinels_) all.push_back(one->address());
  return all;
}

RedisCluster::RedisCluster(const std::string& key) {
  constexpr int kSlots = 16384;
  for (int i = 0; i < 4; ++i)
    nodes_.push_back(std::make_unique<RedisServer>(std::vector<std::string>{
        "--cluster-enabled", "yes", "--cluster-port", std::to_string(free_port()), "--cluster-node-timeout", "500"}));
  slot_ = ask(*nodes_[0], {"CLUSTER", "KEYSLOT", key});
  for (int i = 0; i < 3; ++i) {
    const int first = kSlots * i / 3, last = kSlots * (i + 1) / 3 - 1;
    demand_ok(*nodes_[static_cast<std::size_t>(i)],
              {"CLUSTER", "ADDSLOTSRANGE", std::to_string(first), std::to_string(last)});
    demand_ok(*nodes_[static_cast<std::size_t>(i)], {"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
    if (std::stoi(slot_) >= first && std::stoi(slot_) <= last) owner_ = static_cast<std::size_t>(i);
  }
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    const std::string bus = ask(*nodes_[i], {"CONFIG", "GET", "cluster-port"});
    demand_ok(*nodes_[0],
              {"CLUSTER", "MEET", "127.0.0.1", std::to_string(nodes_[i]->port()), bus.substr(bus.rfind(' ') + 1)});
  }
  const std::string owner_id = id_of(owner());
  const auto all_are_well = [this] {
    for (auto& node : nodes_) {
      const std::string info = ask(*node, {"CLUSTER", "INFO"});
      if (info.find("cluster_state:ok") == std::string::npos) return false;
      if (info.find("cluster_known_nodes:4") == std::string::npos) return false;
    }
    return true;
  };
  demand(wait_for(all_are_well), "the nodes did not become a cluster: " + ask(*nodes_[0], {"CLUSTER", "INFO"}));
  demand(wait_for([&] { return ask(replica(), {"CLUSTER", "REPLICATE", owner_id}) == "OK"; }), "no replica");
  const bool replicates = wait_for([this] {
    for (auto& node : nodes_)
      if (ask(*node, {"CLUSTER", "NODES"}).find("slave") == std::string::npos) return false;
    return ask(replica(), {"ROLE"}).find("connected") != std::string::npos;
  });
  demand(replicates, "the replica does not replicate: " + ask(replica(), {"ROLE"}));
}

void RedisCluster::move_slot_to_other() {
  const std::string id = id_of(other());
  for (RedisServer* node : {&other(), &owner()}) demand_ok(*node, {"CLUSTER", "SETSLOT", slot_, "NODE", id});
}

}  // namespace hotspot::testing
