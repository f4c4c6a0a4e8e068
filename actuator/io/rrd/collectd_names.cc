#include "actuator/io/rrd/collectd_names.h"

#include <charconv>
#include <tuple>
#include <utility>

namespace hotspot::io {
namespace {

constexpr double kFromPercent = 0.01;
constexpr double kFromNanoseconds = 1e-9;  // a counter of ns grows by 1e9 a second on one busy CPU

struct Row {
  const char* type;
  const char* instance;  // null: the device
  const char* data_source;
  const char* name;
  double factor;
};

constexpr Row kDomainRows[] = {{"percent", "vcpus", "value", "domain_cpu_ratio", kFromPercent},
                               {"percent", "steal", "value", "domain_cpu_steal_ratio", kFromPercent},
                               {"percent", "virt_cpu_total", "value", "domain_cpu_node_ratio", kFromPercent},
                               {"virt_cpu_total", "", "value", "domain_cpu_cores", kFromNanoseconds},
                               {"gauge", "vcpus", "value", "domain_vcpus", 1},
                               {"ps_cputime", "", "user", "domain_cpu_user_cores", kFromNanoseconds},
                               {"ps_cputime", "", "syst", "domain_cpu_system_cores", kFromNanoseconds},
                               {"memory", "actual_balloon", "value", "domain_memory_balloon_bytes", 1},
                               {"memory", "total", "value", "domain_memory_balloon_bytes", 1},
                               {"memory", "available", "value", "domain_memory_available_bytes", 1},
                               {"memory", "unused", "value", "domain_memory_unused_bytes", 1},
                               {"memory", "usable", "value", "domain_memory_usable_bytes", 1},
                               {"memory", "rss", "value", "domain_memory_rss_bytes", 1},
                               {"swap_io", "in", "value", "domain_swap_in_bytes_per_second", 1},
                               {"swap_io", "out", "value", "domain_swap_out_bytes_per_second", 1},
                               {"ps_pagefaults", "", "minflt", "domain_minor_faults_per_second", 1},
                               {"ps_pagefaults", "", "majflt", "domain_major_faults_per_second", 1},
                               {"disk_octets", nullptr, "read", "domain_block_read_bytes_per_second", 1},
                               {"disk_octets", nullptr, "write", "domain_block_write_bytes_per_second", 1},
                               {"disk_ops", nullptr, "read", "domain_block_read_ops_per_second", 1},
                               {"disk_ops", nullptr, "write", "domain_block_write_ops_per_second", 1},
                               {"if_octets", nullptr, "rx", "domain_net_receive_bytes_per_second", 1},
                               {"if_octets", nullptr, "tx", "domain_net_transmit_bytes_per_second", 1},
                               {"if_packets", nullptr, "rx", "domain_net_receive_packets_per_second", 1},
                               {"if_packets", nullptr, "tx", "domain_net_transmit_packets_per_second", 1},
                               {"if_errors", nullptr, "rx", "domain_net_receive_errors_per_second", 1},
                               {"if_errors", nullptr, "tx", "domain_net_transmit_errors_per_second", 1},
                               {"if_dropped", nullptr, "rx", "domain_net_receive_drops_per_second", 1},
                               {"if_dropped", nullptr, "tx", "domain_net_transmit_drops_per_second", 1}};

constexpr Row kNodeRows[] = {{"percent", "cpu", "value", "node_cpu_ratio", kFromPercent},
                             {"percent", "cpu_user", "value", "node_cpu_user_ratio", kFromPercent},
                             {"percent", "cpu_system", "value", "node_cpu_system_ratio", kFromPercent},
                             {"percent", "cpu_iowait", "value", "node_cpu_iowait_ratio", kFromPercent},
                             {"percent", "cpu_steal", "value", "node_cpu_steal_ratio", kFromPercent},
                             {"percent", "cpu_domains", "value", "node_cpu_domains_ratio", kFromPercent},
                             {"percent", "pressure_cpu", "value", "node_pressure_cpu_some_ratio", kFromPercent},
                             {"percent", "pressure_memory", "value", "node_pressure_memory_some_ratio", kFromPercent},
                             {"percent", "pressure_io", "value", "node_pressure_io_some_ratio", kFromPercent},
                             {"memory", "free", "value", "node_memory_free_bytes", 1},
                             {"memory", "available", "value", "node_memory_available_bytes", 1},
                             {"memory", "used", "value", "node_memory_taken_bytes", 1},
                             {"if_octets", nullptr, "rx", "node_net_receive_bytes_per_second", 1},
                             {"if_octets", nullptr, "tx", "node_net_transmit_bytes_per_second", 1},
                             {"link_speed", nullptr, "value", "node_net_speed_bytes_per_second", 1.0 / 8}};

template <std::size_t N>
std::vector<StoredSeries> matching(const Row (&rows)[N], const CollectdFile& file) {
  std::vector<StoredSeries> found;
  for (const Row& row : rows) {
    if (file.type != row.type) continue;
    if (row.instance == nullptr ? file.type_instance.empty() : file.type_instance != row.instance) continue;
    found.push_back({row.data_source, row.name, row.factor, -1, row.instance == nullptr ? file.type_instance : ""});
  }
  return found;
}

// "type-instance" at its first dash: types have none, instances may.
std::pair<std::string, std::string> split(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, dash)), std::string(text.substr(dash + 1))};
}

}  // namespace

std::optional<CollectdFile> collectd_file(std::string_view path) {
  if (!path.ends_with(".rrd")) return std::nullopt;
  const std::string_view stem = path.substr(0, path.size() - 4);
  const std::size_t type_at = stem.rfind('/');
  if (type_at == std::string_view::npos || type_at == 0) return std::nullopt;
  const std::size_t plugin_at = stem.rfind('/', type_at - 1);
  if (plugin_at == std::string_view::npos) return std::nullopt;
  const std::size_t host_at = plugin_at == 0 ? std::string_view::npos : stem.rfind('/', plugin_at - 1);
  CollectdFile file;
  file.path = path;
  file.host = stem.substr(host_at + 1, plugin_at - host_at - 1);
  std::tie(file.plugin, file.plugin_instance) = split(stem.substr(plugin_at + 1, type_at - plugin_at - 1));
  std::tie(file.type, file.type_instance) = split(stem.substr(type_at + 1));
  if (file.host.empty() || file.plugin.empty() || file.type.empty()) return std::nullopt;
  return file;
}

std::vector<StoredSeries> stored_domain_series(const CollectdFile& file) {
  if (file.type == "virt_vcpu") {
    int vcpu = -1;
    const std::string& text = file.type_instance;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), vcpu);
    if (error != std::errc() || end != text.data() + text.size() || vcpu < 0) return {};
    return {{"value", "domain_vcpu_ratio", kFromNanoseconds, vcpu, ""}};
  }
  return matching(kDomainRows, file);
}

std::vector<StoredSeries> stored_node_series(const CollectdFile& file) { return matching(kNodeRows, file); }

}  // namespace hotspot::io
