// Parses what the nodes of a Redis Cluster report about the owners of slots.
//
// PURE. Source: the Redis Cluster specification, redirections MOVED and ASK; CLUSTER SLOTS.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/redis/options.h"
#include "common/redis/reply.h"

namespace hotspot::redis {

struct Redirect {
  bool is_ask = false;  // ASK: use the other node for this command only; MOVED: from now on
  Address to;
};
// From "MOVED 3999 10.0.0.2:6381" or "ASK …"; empty for any other text. An empty host stands for the node that was
// asked.
std::optional<Redirect> redirect_from(const std::string& error_reply, const std::string& asked_host);

struct ClusterView {
  std::vector<Address> nodes;    // all nodes that own slots, and their replicas
  std::optional<Address> owner;  // the slot's master; empty if the slot has no owner
  std::string owner_id;
};
// Parses the reply of CLUSTER SLOTS. A node that reports no address of its own gets the host that was asked.
ClusterView cluster_view_from(const Reply& slots, std::int64_t slot, const std::string& asked_host);

}  // namespace hotspot::redis
