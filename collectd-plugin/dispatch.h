// The values of one read for collectd, with the type names of collectd's own `virt` plugin.
//
// PURE. docs/metrics.md lists them; types that collectd does not have are in hotspot_types.db. Counters are passed on
// as they are: collectd's writers compute the rates, and RRDtool handles counter resets. Percentages are over the
// measured time.
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
  std::string host;  // empty: collectd's own host name
  std::string plugin, plugin_instance, type, type_instance;
  std::vector<Value> values;
  double interval_seconds = 0;  // for a group that is read less often; 0: the plugin's own
};

// The plugin's own state, for its own values.
struct Health {
  std::uint64_t published = 0, dropped = 0, reconnects = 0, timed_out_reads = 0;
  std::size_t snapshot_bytes = 0;
};

// One read: the domains of the snapshot and the stored names are in the order of the reading.
struct ToStore {
  const Reading& reading;
  const telemetry::NodeSnapshot& snapshot;
  const std::vector<StoredDomain>& names;
  Health health;
};

// Values that were not read again are left out.
std::vector<ValueList> value_lists(const ToStore& read, const PluginConfig& config);

// The time under which a read is stored. RRDtool has a resolution of one second, collectd rounds to the nearest, and of
// two reads in one second the later one is lost: a read that came a few milliseconds early is therefore moved to the
// next second. If the interval is below a second, taken_at is used unchanged.
WallTime time_to_store(WallTime taken_at, std::optional<WallTime> stored_before, double interval_seconds);

}  // namespace hotspot::collector
