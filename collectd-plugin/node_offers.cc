#include "collectd-plugin/node_offers.h"

#include <algorithm>
#include <memory>
#include <pugixml.hpp>
#include <string_view>

#include "telemetry/machine_types.h"
#include "telemetry/snapshot_limits.h"

namespace hotspot::collector {
namespace {

constexpr std::chrono::minutes kCapabilitiesInterval{10};
constexpr telemetry::SnapshotLimits kLimits;

std::string joined_words(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// Empty: more than a snapshot may hold.
telemetry::Names sorted_names(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  if (names.size() > kLimits.list_items) return std::nullopt;
  return names;
}

// A domain cannot use inactive networks. Empty: there is no network driver, or it does not answer.
telemetry::Names active_networks(virConnectPtr connection) {
  virNetworkPtr* all = nullptr;
  const int count = virConnectListAllNetworks(connection, &all, VIR_CONNECT_LIST_NETWORKS_ACTIVE);
  if (count < 0) return std::nullopt;
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    if (const char* name = virNetworkGetName(all[i])) names.emplace_back(name);
    virNetworkFree(all[i]);
  }
  free(all);
  return sorted_names(std::move(names));
}

// As seen by libvirtd, which connects domains to them; a collectd in a container may see others. Without those of
// guests. libvirt considers a bridge without ports inactive.
telemetry::Names interfaces_of(virConnectPtr connection) {
  virInterfacePtr* all = nullptr;
  const int count = virConnectListAllInterfaces(connection, &all, 0);
  if (count < 0) return std::nullopt;
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    if (const char* name = virInterfaceGetName(all[i])) names.emplace_back(name);
    virInterfaceFree(all[i]);
  }
  free(all);
  return sorted_names(std::move(names));
}

std::optional<telemetry::HugePagePool> pool_at(SmallFile& file, const std::string& folder, std::string_view name) {
  constexpr std::string_view kPrefix = "hugepages-", kUnit = "kB";
  if (!name.starts_with(kPrefix) || !name.ends_with(kUnit)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  name.remove_suffix(kUnit.size());
  const auto kib = number_in(name);
  if (!kib || *kib == 0) return std::nullopt;
  const auto count = [&](const char* what) { return number_of(file, folder + "/" + what); };
  telemetry::HugePagePool pool;
  pool.page_bytes = static_cast<std::int64_t>(*kib) * kKibibyte;
  const auto bytes = [&](std::uint64_t pages) { return static_cast<std::int64_t>(pages) * pool.page_bytes; };
  const Count all = count("nr_hugepages"), free = count("free_hugepages");
  if (all) pool.pool_bytes = bytes(*all);
  if (!free) return pool;
  const std::uint64_t reserved = count("resv_hugepages").value_or(0),
                      most = count("nr_overcommit_hugepages").value_or(0),
                      surplus = count("surplus_hugepages").value_or(0);
  pool.free_bytes = bytes(*free - std::min(*free, reserved) + (most - std::min(most, surplus)));
  return pool;
}

}  // namespace

HostCapabilities host_capabilities_from(const std::string& xml) {
  HostCapabilities found;
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  const pugi::xml_node capabilities = document.child("capabilities"), cpu = capabilities.child("host").child("cpu");
  found.cpu_vendor = cpu.child("vendor").text().get();
  std::vector<std::string> features, machines;
  for (const pugi::xml_node& feature : cpu.children("feature")) features.push_back(feature.attribute("name").value());
  if (cpu.child("model")) found.cpu_features = joined_words(std::move(features));
  for (const pugi::xml_node& guest : capabilities.children("guest")) {
    const pugi::xml_node arch = guest.child("arch");
    if (std::string_view(arch.attribute("name").value()) != cpu.child("arch").text().get()) continue;
    if (std::string_view(guest.child("os_type").text().get()) != "hvm") continue;
    found.emulator = arch.child("emulator").text().get();
    for (const pugi::xml_node& machine : arch.children("machine"))  // running domains never have an alias
      if (!machine.attribute("canonical")) machines.emplace_back(machine.text().get());
  }
  found.machine_types = telemetry::machine_types_text(machines);
  if (found.machine_types.size() > kLimits.text_bytes) found.machine_types.clear();
  if (found.cpu_features && found.cpu_features->size() > kLimits.text_bytes) found.cpu_features.reset();
  return found;
}

std::optional<bool> emulated_tpm_from(const std::string& xml) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  const pugi::xml_node tpm = document.child("domainCapabilities").child("devices").child("tpm");
  const std::string_view supported = tpm.attribute("supported").value();
  if (supported == "no") return false;
  if (supported != "yes") return std::nullopt;
  for (const pugi::xml_node& choice : tpm.children("enum"))
    if (std::string_view(choice.attribute("name").value()) == "backendModel")
      return static_cast<bool>(choice.find_child(
          [](const pugi::xml_node& value) { return std::string_view(value.text().get()) == "emulator"; }));
  return std::nullopt;
}

std::vector<telemetry::HugePagePool> read_huge_pages(const std::string& sys_path) {
  const std::string folder = sys_path + "/kernel/mm/hugepages";
  SmallFile file;
  std::vector<telemetry::HugePagePool> pools;
  for (const std::string& name : names_in(folder))
    if (const auto pool = pool_at(file, folder + "/" + name, name)) pools.push_back(*pool);
  std::sort(pools.begin(), pools.end(), [](const auto& a, const auto& b) { return a.page_bytes < b.page_bytes; });
  return pools;
}

void NodeOffers::ask_capabilities(virConnectPtr connection) {
  const virt::TextHandle host(virConnectGetCapabilities(connection));
  if (host) host_ = host_capabilities_from(host.get());
  const virt::TextHandle domain(virConnectGetDomainCapabilities(connection, nullptr, nullptr, nullptr, nullptr, 0));
  emulated_tpm_ = domain ? emulated_tpm_from(domain.get()) : std::nullopt;
}

void NodeOffers::refresh(virConnectPtr connection, Kernel kernel, SteadyTime now) {
  if (now >= capabilities_due_) {
    capabilities_due_ = now + kCapabilitiesInterval;
    ask_capabilities(connection);
  }
  if (now < due_) return;
  due_ = now + refresh_interval_;
  networks_ = active_networks(connection);
  interfaces_ = interfaces_of(connection);
  if (kernel == Kernel::kAsk) huge_page_pools_ = read_huge_pages(sys_path_);
}

void NodeOffers::add_to(telemetry::NodeSample& node) const {
  node.huge_page_pools = huge_page_pools_;
  node.networks = networks_;
  node.interfaces = interfaces_;
  node.machine_types = host_.machine_types;
  node.cpu_vendor = host_.cpu_vendor;
  node.cpu_features = host_.cpu_features;
  node.emulated_tpm = emulated_tpm_;
}

void NodeOffers::complete(TargetNeeds& needs, const telemetry::NodeSample& node) const {
  if (needs.arch != node.arch || needs.emulator.empty() || needs.emulator != host_.emulator) needs.machine.clear();
}

}  // namespace hotspot::collector
