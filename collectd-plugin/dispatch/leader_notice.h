// What the leader has to tell of this node, as a notification of collectd's.
//
// PURE. Filled as the threshold plugin does it, so that whoever keeps states by host, plugin and type (notify_nagios)
// sees the end under the name of the begin: host is collectd's own, plugin `hotspot`, plugin instance the domain's name
// (none: the node itself), type `firing` with the rule or `action` with its kind as type instance.
#pragma once

#include "collectd-plugin/notifier.h"
#include "telemetry/published.h"

namespace hotspot::collector {

Notice leader_notice(const telemetry::NewsItem& item);

}  // namespace hotspot::collector
