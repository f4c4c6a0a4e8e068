// What the nodes of a Redis Cluster say about who has which slot.
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
  bool is_ask = false;  // ask there this once; otherwise it is there for good
  Address to;
};
// From "MOVED 3999 10.0.0.2:6381" or "ASK …"; empty for any other text. An empty host means the one that was asked.
std::optional<Redirect> redirect_from(const std::string& error_reply, const std::string& asked_host);

struct ClusterView {
  std::vector<Address> nodes;    // all that have slots, and their replicas
  std::optional<Address> owner;  // the slot's master; empty if nobody has it
  std::string owner_id;
};
// From the reply of CLUSTER SLOTS; nodes without an address of their own are those with the host that was asked.
ClusterView cluster_view_from(const Reply& slots, std::int64_t slot, const std::string& asked_host);

}  // namespace hotspot::redis
