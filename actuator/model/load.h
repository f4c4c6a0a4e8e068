// Load and headroom of nodes and domains, in the units in which they are compared: cores and bytes.
//
// PURE. Empty: not measured. Source of volume and VSR: Wood et al., "Black-box and Gray-box Strategies for Virtual
// Machine Migration" (Sandpiper), NSDI 2007.
#pragma once

#include <optional>

#include "telemetry/snapshot.h"

namespace hotspot::model {

// CPUs of the node that the domain's threads use; only its vCPUs if the other threads were not measured.
std::optional<double> domain_cores_used(const telemetry::DomainSample& domain);
// CPUs that its vCPUs waited for and did not get (steal) on a node that has hardly a CPU idle, at most one for each
// vCPU. With idle CPUs there, the wait has another reason (a cap, pinned CPUs) and counts as 0.
constexpr double kIdleThatServes = 0.10;  // of the node's CPUs
double domain_cores_stolen(const telemetry::DomainSample& domain, const telemetry::NodeSample& node);
// Demand: used and stolen. What the domain would use on a node that is not short of CPU.
std::optional<double> domain_cores_wanted(const telemetry::DomainSample& domain, const telemetry::NodeSample& node);
// As the guest sees it: 1 − usable ÷ available. Empty without balloon statistics.
std::optional<double> domain_memory_used_ratio(const telemetry::DomainSample& domain);

std::optional<double> node_cores_used(const telemetry::NodeSample& node);
// 1 − available ÷ memory.
std::optional<double> node_memory_used_ratio(const telemetry::NodeSample& node);

// The busiest of the links that lead out of the node: its busier direction ÷ its speed. Links are full duplex. A link
// of unknown speed does not count; empty if no speed is known.
std::optional<double> node_net_used_ratio(const telemetry::NodeSample& node);
double fastest_link_bits_per_second(const telemetry::NodeSample& node);  // 0: no speed is known
// What the domain sends or receives, whichever is more, over all its interfaces. Empty if it has none or one was not
// measured.
std::optional<double> domain_net_bits_per_second(const telemetry::DomainSample& domain);
// The same ÷ the speed of the node's fastest link. Traffic between domains of one node counts too. Empty if no speed is
// known or an interface was not measured.
std::optional<double> domain_net_used_ratio(const telemetry::DomainSample& domain, const telemetry::NodeSample& node);

// Π 1/(1−u) over CPU, network and memory; a value that was not measured has the factor 1. u is cut off at
// kVolumeCutOff. Empty if none was measured.
constexpr double kVolumeCutOff = 0.99;
std::optional<double> node_volume(const telemetry::NodeSample& node);
// `node`: the one where the domain runs.
std::optional<double> domain_volume(const telemetry::DomainSample& domain, const telemetry::NodeSample& node);
// Volume per GiB of the domain's memory footprint (its balloon).
std::optional<double> domain_vsr(const telemetry::DomainSample& domain, const telemetry::NodeSample& node);

// What has to be moved with this domain, and what the target must have free: its balloon plus QEMU's own memory.
constexpr std::int64_t kDomainOverheadBytes = 64 * kMebibyte;
std::optional<std::int64_t> domain_footprint_bytes(const telemetry::DomainSample& domain);
// What its node gets back when it leaves: the resident memory, at most the footprint; the footprint if it was not
// measured.
std::optional<std::int64_t> domain_resident_bytes(const telemetry::DomainSample& domain);

}  // namespace hotspot::model
