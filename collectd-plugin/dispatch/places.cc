#include "collectd-plugin/dispatch/places.h"

#include <algorithm>

#include "collectd-plugin/dispatch_lists.h"
#include "collectd-plugin/stored_name.h"
#include "telemetry/node_load.h"

namespace hotspot::collector {
namespace {

constexpr double kMinuteSeconds = 60;

bool has_name(const std::vector<HostField>& fields) {
  return std::find(fields.begin(), fields.end(), HostField::kName) != fields.end();
}

bool in_one_minute(WallTime one, WallTime other) {
  return std::chrono::floor<std::chrono::minutes>(one) == std::chrono::floor<std::chrono::minutes>(other);
}

telemetry::Measured in_percent(telemetry::Measured ratio) {
  return ratio ? telemetry::Measured(percent(*ratio)) : std::nullopt;
}

telemetry::Measured as_number(telemetry::MeasuredBytes bytes) {
  return bytes ? telemetry::Measured(static_cast<double>(*bytes)) : std::nullopt;
}

}  // namespace

Places::Places(const PluginConfig& config, double interval_seconds)
    : reported_(config.places_reported),
      cluster_(stored_name(config.cluster, Place::kWithin, kMostNameBytes / 2)),
      node_(stored_name(config.own_host, Place::kWithin, kMostNameBytes / 2)),
      named_by_name_(has_name(config.hostname) || has_name(config.plugin_instance)),
      step_seconds_(std::max(interval_seconds, kMinuteSeconds)) {}

std::optional<Places::Minute> Places::add(const telemetry::NodeSnapshot& snapshot,
                                          const std::vector<StoredDomain>& names, WallTime at,
                                          std::optional<std::uint64_t> hotspots) {
  if (reported_ == Reporting::kNo) return std::nullopt;
  std::optional<Minute> full;
  if (newest_ && !in_one_minute(*newest_, at)) {
    full = Minute{.at = *newest_, .lists = {}};
    list("place", domains_, full->lists);
    list("fleet", fleet_, full->lists);
    domains_.clear();
    fleet_.clear();
  }
  newest_ = at;
  for (std::size_t i = 0; i < snapshot.domains.size(); ++i) {
    const telemetry::DomainSample& domain = snapshot.domains[i];
    if (!domain.cpu_cores || snapshot.node.cpus <= 0) continue;
    gather(domains_, {"percent", domain_name(domain, names[i])}, percent(*domain.cpu_cores / snapshot.node.cpus),
           Over::kMean);
  }
  gather_node(snapshot);
  if (hotspots) gather(fleet_, {"gauge", "firing"}, static_cast<double>(*hotspots), Over::kMost);
  return full;
}

void Places::gather_node(const telemetry::NodeSnapshot& snapshot) {
  const telemetry::NodeSample& node = snapshot.node;
  const auto share = [&](const char* what, telemetry::Measured ratio) {
    gather(fleet_, {"percent", what}, in_percent(ratio), Over::kMean);
  };
  share("cpu", node.cpu_ratio);
  share("cpu_steal", node.cpu_steal_ratio);
  share("memory", telemetry::memory_used_ratio(node));
  share("net", telemetry::net_used_ratio(node));
  share("pressure_cpu", node.pressure.cpu_some_ratio);
  share("pressure_memory", node.pressure.memory_some_ratio);
  gather(fleet_, {"gauge", "volume"}, telemetry::volume(node), Over::kMean);
  gather(fleet_, {"gauge", "domains"}, static_cast<double>(snapshot.domains.size()), Over::kLast);
  gather(fleet_, {"gauge", "domains_timed_out"}, static_cast<double>(snapshot.collector.timed_out_domains),
         Over::kMost);
  gather(fleet_, {"memory", "available"}, as_number(node.memory_available_bytes), Over::kMean);
  gather(fleet_, {"duration", "read"}, snapshot.collector.read_seconds, Over::kMost);
}

void Places::gather(Gathering& into, std::pair<std::string, std::string> what, telemetry::Measured value, Over over) {
  if (!value) return;
  Gathered& one = into[std::move(what)];
  if (over == Over::kMean) one.value += (*value - one.value) / (one.count + 1);
  if (over == Over::kMost) one.value = one.count == 0 ? *value : std::max(one.value, *value);
  if (over == Over::kLast) one.value = *value;
  ++one.count;
}

// As in the path of the domain's other values; if both are too long, only the name is cut.
std::string Places::domain_name(const telemetry::DomainSample& domain, const StoredDomain& stored) const {
  const std::size_t most = kMostNameBytes - node_.size() - 1;
  const std::string& path = stored.host.empty() ? stored.plugin_instance : stored.host;
  if (path.empty()) return stored_name(domain.name, Place::kWithin, most);
  if (named_by_name_ || path.size() + 12 > most) return stored_name(path, Place::kWithin, most);
  return path + "~" + stored_name(domain.name, Place::kWithin, most - path.size() - 1);
}

void Places::list(const char* plugin, const Gathering& from, std::vector<ValueList>& into) const {
  for (const auto& [what, gathered] : from) {
    into.push_back({.host = kFleetHost,
                    .plugin = plugin,
                    .plugin_instance = cluster_,
                    .type = what.first,
                    .type_instance = what.second + "@" + node_,
                    .values = {gathered.value},
                    .interval_seconds = step_seconds_});
  }
}

}  // namespace hotspot::collector
