// Keeps what admitted nodes sent before libvirt at their URIs confirmed their identity: after a start, the history with
// which the rules' ranges begin. It does not count until then, and is processed in order afterwards.
//
// Bounded in arrivals and age per node, and in bytes over all nodes. The oldest is dropped; above the limit of bytes,
// that of the node with the most. PURE. Thread rule: one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "actuator/ports/snapshot_source.h"

namespace hotspot::loop {

class EarlyArrivals {
 public:
  struct Limits {
    Milliseconds age{
        std::chrono::minutes(3)};  // since it was received: connecting to thousands of nodes takes a minute
    std::size_t of_a_node = 64;
    std::size_t bytes = std::size_t{128} << 20;  // in memory, about
  };
  struct Kept {
    std::uint64_t order = 0;  // in which they came, over all nodes
    std::size_t bytes = 0;
    ports::Arrival arrival;
  };

  EarlyArrivals() = default;
  explicit EarlyArrivals(const Limits& limits) : limits_(limits) {}

  void keep(const std::string& id, const ports::Arrival& arrival, WallTime now);
  std::vector<Kept> take(const std::string& id);  // the oldest first
  void drop(const std::string& id);
  void forget_old(WallTime now);

  std::vector<std::string> ids() const;  // of which something is kept
  bool empty() const { return nodes_.empty(); }
  std::size_t count(const std::string& id) const;
  std::size_t bytes() const { return bytes_; }

 private:
  struct Node {
    std::deque<Kept> kept;
    std::size_t bytes = 0;
  };
  using Nodes = std::map<std::string, Node>;
  void drop_oldest(Node& node);
  void make_room();
  Limits limits_;
  Nodes nodes_;  // by id; none is empty
  std::size_t bytes_ = 0;
  std::uint64_t next_ = 0;
};

// In memory, about: what a snapshot's lists take, and some for the texts in them.
std::size_t bytes_of(const ports::Arrival& arrival);

}  // namespace hotspot::loop
