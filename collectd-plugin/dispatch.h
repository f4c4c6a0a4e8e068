// What collectd stores: the values of one read under the type names of collectd's own `virt` plugin.
//
// PURE. docs/metrics.md lists them; types that collectd does not have are in hotspot_types.db. Counters go out as they
// stand: collectd's writers make the rates, and RRDtool knows what to do with a counter that begins anew. Percentages
// are over the time that was measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "collectd-plugin/config.h"
#include "collectd-plugin/hypervisor_reader.h"
#include "collectd-plugin/stored_domains.h"
#include "telemetry/snapshot.h"

namespace hotspot::collector {

// Which member of collectd's value_t: a gauge, or a counter of a DERIVE type.
using Value = std::variant<double, std::int64_t>;

struct ValueList {
  std::string host;  // empty: collectd's own hostname
  std::string plugin, plugin_instance, type, type_instance;
  std::vector<Value> values;
  double interval_seconds = 0;  // of a group that is read less often; 0: the plugin's own
};

// How the plugin itself fares, for its own values.
struct Health {
  std::uint64_t published = 0, dropped = 0, reconnects = 0, timed_out_reads = 0;
  std::size_t snapshot_bytes = 0;
};

// One read: the snapshot's and the stored names' domains are the reading's, in its order.
struct ToStore {
  const Reading& reading;
  const telemetry::NodeSnapshot& snapshot;
  const std::vector<StoredDomain>& names;
  Health health;
};

// What was not read anew is not said again.
std::vector<ValueList> value_lists(const ToStore& read, const PluginConfig& config);

// The time to store a read under. RRDtool keeps whole seconds, collectd rounds to the nearest one, and two reads in one
// second lose the second of them: a read that came a few milliseconds early is moved to the next second. Where the
// interval is below a second, taken_at stands.
WallTime time_to_store(WallTime taken_at, std::optional<WallTime> stored_before, double interval_seconds);

}  // namespace hotspot::collector
