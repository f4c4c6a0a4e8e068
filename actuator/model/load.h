// Load and headroom of nodes and domains, in the units in which they are compared: cores and bytes.
//
// PURE. Empty: not measured. Source of volume and VSR: Wood et al., "Black-box and Gray-box Strategies for Virtual
// Machine Migration" (Sandpiper), NSDI 2007.
#pragma once

#include <optional>

#include "telemetry/snapshot.h"

namespace hotspot::model {

// CPUs of the node that the domain uses, with all its threads; by its vCPUs alone where those were not measured.
std::optional<double> domain_cores_used(const telemetry::DomainSample& domain);
// The guest's own view: 1 − usable ÷ available. Empty without balloon statistics.
std::optional<double> domain_memory_used_ratio(const telemetry::DomainSample& domain);

std::optional<double> node_cores_used(const telemetry::NodeSample& node);
// 1 − available ÷ memory.
std::optional<double> node_memory_used_ratio(const telemetry::NodeSample& node);

// Of the node's links to the world, the busiest: its busier direction ÷ its speed. Links are full duplex. A link whose
// speed is not known does not count; empty if that is so of all.
std::optional<double> node_net_used_ratio(const telemetry::NodeSample& node);
// What the domain sends, or receives if that is more, over all its interfaces, ÷ the speed of the node's fastest link.
// Traffic between domains of one node counts too. Empty if no speed is known or an interface was not measured.
std::optional<double> domain_net_used_ratio(const telemetry::DomainSample& domain, const telemetry::NodeSample& node);

// Π 1/(1−u) over CPU, network and memory, as far as they were measured: what was not has the factor 1. u is cut off at
// kVolumeCutOff. Empty if none was measured.
constexpr double kVolumeCutOff = 0.99;
std::optional<double> node_volume(const telemetry::NodeSample& node);
// `node`: where the domain runs.
std::optional<double> domain_volume(const telemetry::DomainSample& domain, const telemetry::NodeSample& node);
// Volume per GiB of the domain's memory footprint (its balloon).
std::optional<double> domain_vsr(const telemetry::DomainSample& domain, const telemetry::NodeSample& node);

// What moving this domain costs and what the target must hold: balloon size plus the hypervisor's own overhead.
constexpr std::int64_t kDomainOverheadBytes = 64 * kMebibyte;
std::optional<std::int64_t> domain_footprint_bytes(const telemetry::DomainSample& domain);

}  // namespace hotspot::model
