#include "actuator/model/series.h"

#include <algorithm>

#include "actuator/model/series_catalog.h"

namespace hotspot::model {
namespace {

const SeriesReader* find_reader(std::string_view name) {
  const auto readers = series_readers();
  const auto found =
      std::lower_bound(readers.begin(), readers.end(), name,
                       [](const SeriesReader& reader, std::string_view n) { return reader.info.name < n; });
  return found != readers.end() && found->info.name == name ? &*found : nullptr;
}

class Appender {
 public:
  Appender(const SeriesReader& reader, WallTime now, std::vector<SeriesValue>& out)
      : reader_(reader), now_(now), out_(out) {}

  void append_node(const Node& node) { append({.node = node, .now = now_}, {.node = &node}); }

  void append_domain(const Node& node, const DomainSample& domain) {
    switch (reader_.info.scope) {
      case Scope::kNode:
      case Scope::kCluster:
      case Scope::kResource:
        return;
      case Scope::kDomain:
        return append({.node = node, .domain = &domain, .now = now_}, {&node, &domain});
      case Scope::kVcpu:
        for (const telemetry::VcpuSample& vcpu : domain.vcpu_samples) {
          append({.node = node, .domain = &domain, .vcpu = &vcpu, .now = now_}, {&node, &domain, vcpu.vcpu});
        }
        return;
      case Scope::kDevice:
        return append_devices(node, domain);
    }
  }

 private:
  void append_devices(const Node& node, const DomainSample& domain) {
    if (reader_.device == Device::kDisk) {
      for (const telemetry::DiskSample& disk : domain.disks) {
        append({.node = node, .domain = &domain, .disk = &disk, .now = now_}, {&node, &domain, -1, disk.device});
      }
      return;
    }
    for (const telemetry::InterfaceSample& interface : domain.interfaces) {
      append({.node = node, .domain = &domain, .interface = &interface, .now = now_},
             {&node, &domain, -1, interface.device});
    }
  }

  void append(const Reading& reading, SeriesValue value) {
    const std::optional<double> measured = reader_.read(reading);
    if (!measured) return;
    value.value = *measured;
    out_.push_back(value);
  }

  const SeriesReader& reader_;
  WallTime now_;
  std::vector<SeriesValue>& out_;
};

}  // namespace

const char* to_string(Unit unit) {
  switch (unit) {
    case Unit::kRatio:
      return "ratio";
    case Unit::kBytes:
      return "bytes";
    case Unit::kBytesPerSecond:
      return "bytes per second";
    case Unit::kPerSecond:
      return "per second";
    case Unit::kSeconds:
      return "seconds";
    case Unit::kCount:
      return "count";
  }
  return "unknown";
}

std::span<const SeriesInfo> series_catalog() {
  static const std::vector<SeriesInfo> catalog = [] {
    std::vector<SeriesInfo> all;
    for (const SeriesReader& reader : series_readers()) all.push_back(reader.info);
    return all;
  }();
  return catalog;
}

const SeriesInfo* find_series(std::string_view name) {
  const SeriesReader* reader = find_reader(name);
  return reader == nullptr ? nullptr : &reader->info;
}

bool is_about_data(const SeriesInfo& series) {
  const SeriesReader* reader = find_reader(series.name);
  return reader != nullptr && reader->of_stale_nodes;
}

bool is_of_cluster(const SeriesInfo& series) {
  return series.scope == Scope::kCluster || series.scope == Scope::kResource;
}

void read_series(const ClusterAt& at, const Node& node, const SeriesInfo& series, std::vector<SeriesValue>& out) {
  const SeriesReader* reader = find_reader(series.name);
  if (reader == nullptr || is_of_cluster(series)) return;
  Appender appender(*reader, at.now, out);
  if (series.scope == Scope::kNode) return appender.append_node(node);
  for (const DomainSample& domain : node.snapshot->domains) {
    if (is_running(domain) && at.cluster.belongs_here(node, domain)) appender.append_domain(node, domain);
  }
}

void read_series(const ClusterAt& at, const SeriesInfo& series, const Freshness& freshness,
                 std::vector<SeriesValue>& out) {
  for (const auto& [uuid, node] : at.cluster.nodes()) {
    if (is_about_data(series) || !is_stale(node, at.now, freshness)) read_series(at, node, series, out);
  }
}

}  // namespace hotspot::model
