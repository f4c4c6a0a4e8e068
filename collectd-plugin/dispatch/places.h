// Where each domain runs and how full each node is, for stores without labels such as Graphite: the path of a domain's
// values does not include its node.
//
// PURE. Under one host, the word `hotspot`, once a minute, aggregated over that minute:
//  place-CLUSTER/percent-DOMAIN@NODE   CPU time of the domain, of all CPUs of that node
//  fleet-CLUSTER/TYPE-WHAT@NODE        some values of the node
// One directory lists the nodes of a cluster or the domains of a node, and one file shows when a domain was on a node.
// NODE is collectd's own host name, DOMAIN the name under which the domain's other values are stored; if that is not
// its name, the name is appended: UUID~NAME. If both are too long for collectd, the domain is cut and ends with a hash.
// Means of measured values, the maximum duration, the last count, the maximum of hotspots. Disabled by `ReportPlaces
// false`. Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectd-plugin/dispatch.h"

namespace hotspot::collector {

inline constexpr const char* kFleetHost = "hotspot";

class Places {
 public:
  Places(const PluginConfig& config, double interval_seconds);

  struct Minute {
    WallTime at{};  // of its last read
    std::vector<ValueList> lists;
  };

  // Adds one read, with `names` in the order of its domains; `hotspots`: how many subjects of this node fire, if known.
  // The first read of a minute returns the values of the previous minute.
  std::optional<Minute> add(const telemetry::NodeSnapshot& snapshot, const std::vector<StoredDomain>& names,
                            WallTime at, std::optional<std::uint64_t> hotspots = std::nullopt);

 private:
  enum class Over { kMean, kMost, kLast };
  struct Gathered {
    double value = 0;
    int count = 0;
  };
  using Gathering = std::map<std::pair<std::string, std::string>, Gathered>;  // by type and instance without the node

  static void gather(Gathering& into, std::pair<std::string, std::string> what, telemetry::Measured value, Over over);
  void gather_node(const telemetry::NodeSnapshot& snapshot);
  std::string domain_name(const telemetry::DomainSample& domain, const StoredDomain& stored) const;
  void list(const char* plugin, const Gathering& from, std::vector<ValueList>& into) const;

  Reporting reported_;
  std::string cluster_, node_;
  bool named_by_name_;
  double step_seconds_;
  Gathering domains_, fleet_;
  std::optional<WallTime> newest_;
};

}  // namespace hotspot::collector
