#include "collectd-plugin/libvirt_reader.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <pugixml.hpp>
#include <vector>

#include "collectd-plugin/domain_stats.h"
#include "collectd-plugin/domain_xml.h"
#include "collectd-plugin/proc_reader.h"

namespace hotspot::collector {
namespace {

struct CloseConnection {
  void operator()(virConnectPtr connection) const { virConnectClose(connection); }
};
using Connection = std::unique_ptr<virConnect, CloseConnection>;

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using Text = std::unique_ptr<char, FreeText>;

struct FreeRecords {
  void operator()(virDomainStatsRecordPtr* records) const { virDomainStatsRecordListFree(records); }
};

constexpr unsigned kGroups = VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_BALLOON |
                             VIR_DOMAIN_STATS_VCPU | VIR_DOMAIN_STATS_INTERFACE | VIR_DOMAIN_STATS_BLOCK;

Error libvirt_error(const std::string& what) {
  const virErrorPtr error = virGetLastError();
  return {what + ": " + (error != nullptr && error->message != nullptr ? error->message : "no reason was given")};
}

// The node as far as it does not change while the connection lasts.
Result<telemetry::NodeSample> read_fixed(virConnectPtr connection) {
  telemetry::NodeSample node;
  const Text capabilities(virConnectGetCapabilities(connection));
  if (!capabilities) return libvirt_error("the node's capabilities cannot be read");
  pugi::xml_document document;
  document.load_string(capabilities.get());
  const pugi::xml_node host = document.child("capabilities").child("host");
  node.uuid = host.child("uuid").text().get();
  node.cpu_model = host.child("cpu").child("model").text().get();
  node.arch = host.child("cpu").child("arch").text().get();
  if (const char* type = virConnectGetType(connection)) node.hypervisor = type;
  const Text name(virConnectGetHostname(connection));
  if (name) node.name = name.get();
  virNodeInfo info{};
  if (virNodeGetInfo(connection, &info) != 0) return libvirt_error("the node's size cannot be read");
  node.cpus = static_cast<int>(info.cpus);
  node.memory_bytes = static_cast<std::int64_t>(info.memory) * kKibibyte;
  if (node.cpu_model.empty()) node.cpu_model.assign(info.model, strnlen(info.model, sizeof info.model));
  if (node.uuid.empty()) node.uuid = node.name;  // the test driver has none
  for (const pugi::xml_node& cell : host.child("topology").child("cells").children("cell")) {
    telemetry::NumaCell numa;
    numa.cell = cell.attribute("id").as_int();
    numa.memory_bytes = cell.child("memory").text().as_llong() * kKibibyte;
    numa.cpus = cell.child("cpus").attribute("num").as_int();
    node.numa_cells.push_back(numa);
  }
  return node;
}

// libvirt wants to be asked first how many values there are, and refuses any other number.
void read_cpu(virConnectPtr connection, NodeReading& node) {
  int count = 0;
  if (virNodeGetCPUStats(connection, VIR_NODE_CPU_STATS_ALL_CPUS, nullptr, &count, 0) != 0) return;
  std::vector<virNodeCPUStats> stats(static_cast<std::size_t>(count));
  if (virNodeGetCPUStats(connection, VIR_NODE_CPU_STATS_ALL_CPUS, stats.data(), &count, 0) != 0) return;
  for (const virNodeCPUStats& one : stats) {
    const std::string_view field = one.field;
    if (field == VIR_NODE_CPU_STATS_USER) node.cpu_user_ns = one.value;
    if (field == VIR_NODE_CPU_STATS_KERNEL) node.cpu_system_ns = one.value;
    if (field == VIR_NODE_CPU_STATS_IDLE) node.cpu_idle_ns = one.value;
    if (field == VIR_NODE_CPU_STATS_IOWAIT) node.cpu_iowait_ns = one.value;
  }
}

void read_memory(virConnectPtr connection, telemetry::NodeSample& node) {
  int count = 0;
  if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, nullptr, &count, 0) != 0) return;
  std::vector<virNodeMemoryStats> stats(static_cast<std::size_t>(count));
  if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, stats.data(), &count, 0) != 0) return;
  std::int64_t available = 0;
  for (const virNodeMemoryStats& one : stats) {
    const std::string_view field = one.field;
    const auto bytes = static_cast<std::int64_t>(one.value) * kKibibyte;
    if (field == VIR_NODE_MEMORY_STATS_TOTAL) node.memory_bytes = bytes;
    if (field == VIR_NODE_MEMORY_STATS_FREE) node.memory_free_bytes = bytes;
    if (field != VIR_NODE_MEMORY_STATS_TOTAL) available += bytes;
  }
  // Free, buffers and page cache: near to what the kernel calls available, where the kernel cannot be asked.
  if (count > 0) node.memory_available_bytes = available;
}

}  // namespace

struct LibvirtReader::Impl {
  struct Known {
    DomainDefinition definition;
    SteadyTime read_at;
    bool seen = false;
  };

  LibvirtReaderOptions options;
  Connection connection;
  telemetry::NodeSample fixed;
  std::map<std::string, Known> known;  // by UUID

  Result<void> connect() {
    if (connection && virConnectIsAlive(connection.get()) == 1) return {};
    connection.reset(virConnectOpenReadOnly(options.uri.c_str()));
    if (!connection) return libvirt_error("cannot connect to libvirt at " + options.uri);
    auto read = read_fixed(connection.get());
    if (!read) {
      connection.reset();
      return read.error();
    }
    fixed = std::move(*read);
    return {};
  }

  Result<void> read_domains(Reading& reading) {
    virDomainStatsRecordPtr* raw = nullptr;
    constexpr unsigned kFlags = VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE | VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;
    const SteadyTime began = std::chrono::steady_clock::now();
    const int count = virConnectGetAllDomainStats(connection.get(), kGroups, &raw, kFlags);
    const SteadyTime ended = std::chrono::steady_clock::now();
    reading.at = began + (ended - began) / 2;
    if (count < 0) {
      const Error error = libvirt_error("the domains cannot be read");
      if (virConnectIsAlive(connection.get()) != 1) connection.reset();
      return error;
    }
    const std::unique_ptr<virDomainStatsRecordPtr, FreeRecords> records(raw);
    for (int i = 0; i < count; ++i) add_domain(*raw[i], reading);
    std::erase_if(known, [](const auto& entry) { return !entry.second.seen; });
    for (auto& [uuid, entry] : known) entry.seen = false;
    return {};
  }

  void add_domain(const virDomainStatsRecord& record, Reading& reading) {
    DomainReading domain = reading_from(record);
    if (domain.uuid.empty()) return;
    // A domain that another job holds answers the groups that need its QEMU not at all (NOWAIT).
    if (!domain.balloon_bytes && (domain.state == VIR_DOMAIN_RUNNING)) ++reading.timed_out_domains;
    domain.definition = definition_of(record.dom, domain.uuid);
    reading.domains.push_back(std::move(domain));
  }

  const DomainDefinition& definition_of(virDomainPtr domain, const std::string& uuid) {
    const SteadyTime now = std::chrono::steady_clock::now();
    const auto [entry, is_new] = known.try_emplace(uuid);
    entry->second.seen = true;
    if (!is_new && now - entry->second.read_at < options.refresh_interval) return entry->second.definition;
    const Text xml(virDomainGetXMLDesc(domain, 0));
    if (xml) {
      entry->second.definition = definition_from_xml(xml.get());
      entry->second.definition.persistent = virDomainIsPersistent(domain) == 1;
      entry->second.read_at = now;
    } else if (is_new) {
      known.erase(entry);  // it went away in the middle, or its job lock is held: the next read asks again
      static const DomainDefinition unknown{
          .persistent = false, .migration_obstacles = {"its definition was not read yet"}, .policy = {}};
      return unknown;
    }
    return entry->second.definition;
  }
};

LibvirtReader::LibvirtReader(LibvirtReaderOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  virInitialize();
  // libvirt writes every error on standard error otherwise; ours are returned.
  virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
}

LibvirtReader::~LibvirtReader() = default;

Result<Reading> LibvirtReader::read() {
  const SteadyTime began = std::chrono::steady_clock::now();
  if (auto connected = impl_->connect(); !connected) return connected.error();
  Reading reading;
  reading.node.fixed = impl_->fixed;
  virConnectPtr connection = impl_->connection.get();
  read_cpu(connection, reading.node);
  if (auto read = impl_->read_domains(reading); !read) return read.error();
  read_memory(connection, reading.node.fixed);
  if (is_local(impl_->options.uri)) read_proc(impl_->options.proc_path, reading.node.fixed);
  reading.taken_at = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  reading.read_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return reading;
}

bool is_local(const std::string& uri) {
  const std::size_t scheme = uri.find("://");
  return scheme != std::string::npos && uri.compare(scheme + 3, 1, "/") == 0 && !uri.starts_with("test");
}

}  // namespace hotspot::collector
