// Reads what a node offers to domains: huge pages, networks, machine types, CPU features.
//
// Rarely queried, because it rarely changes: networks, interfaces and huge pages once per refresh interval, libvirt's
// capabilities every ten minutes; other reads cost nothing. Private to the libvirt reader: needs libvirt's types.
// Thread rule: one thread.
#pragma once

#include <chrono>
#include <string>

#include "collectd-plugin/hypervisor_reader.h"
#include "collectd-plugin/small_file.h"
#include "common/libvirt/handles.h"

namespace hotspot::collector {

// From libvirt's capabilities. Empty: not known.
struct HostCapabilities {
  std::string emulator;       // for domains of the node's own architecture
  std::string machine_types;  // of the emulator; telemetry/machine_types.h
  std::string cpu_vendor;
  std::optional<std::string> cpu_features;
  bool operator==(const HostCapabilities&) const = default;
};
HostCapabilities host_capabilities_from(const std::string& xml);
// From libvirt's domain capabilities. Empty: they do not say.
std::optional<bool> emulated_tpm_from(const std::string& xml);

// The huge pages of each size below `sys_path` (kernel: Documentation/admin-guide/mm/hugetlbpage.rst), by size.
std::vector<telemetry::HugePagePool> read_huge_pages(const std::string& sys_path);

class NodeOffers {
 public:
  NodeOffers(std::string sys_path, std::chrono::seconds refresh_interval)
      : sys_path_(std::move(sys_path)), refresh_interval_(refresh_interval) {}

  // Queries again what is due. Huge pages come from the kernel, and are known for this machine only.
  enum class Kernel { kAsk, kOfAnotherMachine };
  void refresh(virConnectPtr connection, Kernel kernel, SteadyTime now);
  // After a new connection everything is due.
  void forget() { due_ = capabilities_due_ = {}; }
  void add_to(telemetry::NodeSample& node) const;
  // Removes the machine type unless the domain runs in the emulator whose machine types the node reports.
  void complete(TargetNeeds& needs, const telemetry::NodeSample& node) const;

 private:
  void ask_capabilities(virConnectPtr connection);

  std::string sys_path_;
  std::chrono::seconds refresh_interval_;
  SteadyTime due_{}, capabilities_due_{};
  HostCapabilities host_;
  std::optional<bool> emulated_tpm_;
  telemetry::Names networks_, interfaces_;
  std::vector<telemetry::HugePagePool> huge_page_pools_;
};

}  // namespace hotspot::collector
