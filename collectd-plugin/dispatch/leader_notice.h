// Turns news from the leader about this node into collectd notifications.
//
// PURE. Filled in as by the threshold plugin, so that a program that keeps states by host, plugin and type
// (notify_nagios) sees the end under the same name as the beginning: host is collectd's own, plugin `hotspot`, plugin
// instance the domain's name (none: the node itself), type `firing` with the rule, or `action` with its kind, as type
// instance.
#pragma once

#include "collectd-plugin/notifier.h"
#include "telemetry/published.h"

namespace hotspot::collector {

Notice leader_notice(const telemetry::NewsItem& item);

}  // namespace hotspot::collector
