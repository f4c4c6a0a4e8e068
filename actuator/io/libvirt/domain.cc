#include "actuator/io/libvirt/domain.h"

#include <array>
#include <utility>

#include "actuator/io/libvirt/block_jobs.h"
#include "actuator/io/libvirt/errors.h"
#include "actuator/io/libvirt/memory.h"
#include "common/libvirt/domain_state.h"
#include "common/libvirt/typed_fields.h"
#include "telemetry/memory_devices.h"

namespace hotspot::io {
namespace {

// Drivers without jobs (test:///default) refuse this call (VIR_ERR_NO_SUPPORT). QEMU's refuses it with another code for
// an incoming migration: "migration statistics are available only on the source host" (qemu_driver.c).
bool has_job(virDomainPtr domain) {
  virDomainJobInfo job{};
  if (virDomainGetJobInfo(domain, &job) == 0) return job.type != VIR_DOMAIN_JOB_NONE;
  return virGetLastErrorCode() == VIR_ERR_OPERATION_UNSUPPORTED;
}

bool is_post_copy(int state, int reason) {
  if (state == VIR_DOMAIN_RUNNING)
    return reason == VIR_DOMAIN_RUNNING_POSTCOPY || reason == VIR_DOMAIN_RUNNING_POSTCOPY_FAILED;
  return state == VIR_DOMAIN_PAUSED &&
         (reason == VIR_DOMAIN_PAUSED_POSTCOPY || reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED);
}

struct GuestMemory {
  std::optional<std::int64_t> balloon_bytes, available_bytes, usable_bytes;
};

// virDomainInfo.memory is the last value that libvirt received: after a migration, or while the guest slowly frees
// memory, QEMU has another one. Only queried if no job can delay the call.
GuestMemory memory_by_qemu(virDomainPtr domain, const ports::DomainFacts& facts) {
  GuestMemory memory;
  std::array<virDomainMemoryStatStruct, VIR_DOMAIN_MEMORY_STAT_NR> stats{};
  const int count = ports::runs(facts) && !facts.job_active
                        ? virDomainMemoryStats(domain, stats.data(), VIR_DOMAIN_MEMORY_STAT_NR, 0)
                        : 0;
  for (int i = 0; i < count; ++i) {
    const auto& stat = stats[static_cast<std::size_t>(i)];
    const auto bytes = virt::bytes_of(stat.val, kKibibyte);
    if (stat.tag == VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON) memory.balloon_bytes = bytes;
    if (stat.tag == VIR_DOMAIN_MEMORY_STAT_AVAILABLE) memory.available_bytes = bytes;
    if (stat.tag == VIR_DOMAIN_MEMORY_STAT_USABLE) memory.usable_bytes = bytes;
  }
  return memory;
}

// libvirt includes virtio-mem: its present size in the value, and its whole size in the limit. QEMU's balloon does not.
void look_at_definition_and_memory(virDomainPtr domain, const virDomainInfo& info, ports::DomainFacts& facts) {
  Definition definition = definition_of(domain);
  facts.emulated = definition.emulated;
  facts.memory_devices = std::move(definition.memory_devices);
  facts.balloon_bytes =
      static_cast<std::int64_t>(info.memory) * kKibibyte - telemetry::plugged_bytes(facts.memory_devices);
  facts.balloon_max_bytes = static_cast<std::int64_t>(info.maxMem) * kKibibyte;
  for (const telemetry::MemoryDevice& device : facts.memory_devices) {
    if (telemetry::is_virtio_mem(device)) facts.balloon_max_bytes -= device.size_bytes;
  }
  const GuestMemory by_qemu = memory_by_qemu(domain, facts);
  facts.balloon_bytes = by_qemu.balloon_bytes.value_or(facts.balloon_bytes);
  facts.guest_memory_bytes = by_qemu.available_bytes;
  facts.guest_usable_bytes = by_qemu.usable_bytes;
}

}  // namespace

Result<LibvirtDomain, ports::CallError> find_domain(const virt::ConnectionHandle& connection,
                                                    const std::string& node_name, const std::string& uuid) {
  std::string about = node_name + ": domain " + uuid;
  virt::DomainHandle handle(virDomainLookupByUUIDString(connection.get(), uuid.c_str()));
  if (!handle) return last_error(connection.get(), about);
  return LibvirtDomain{connection, std::move(handle), std::move(about)};
}

ports::CallError domain_error(const LibvirtDomain& domain) { return last_error(domain.connection.get(), domain.about); }

bool is_in_post_copy(virDomainPtr domain) {
  int state = 0, reason = 0;
  return virDomainGetState(domain, &state, &reason, 0) == 0 && is_post_copy(state, reason);
}

Result<ports::DomainFacts, ports::CallError> look_at(const LibvirtDomain& domain) {
  const virDomainPtr handle = domain.handle.get();
  ports::DomainFacts facts;
  virDomainInfo info{};
  int state = 0, reason = 0;
  if (virDomainGetState(handle, &state, &reason, 0) != 0) return domain_error(domain);
  if (virDomainGetInfo(handle, &info) != 0) return domain_error(domain);
  // Without AFFECT_LIVE or AFFECT_CONFIG: of the running domain, or the definition of one that does not run.
  const int most_vcpus = virDomainGetVcpusFlags(handle, VIR_DOMAIN_VCPU_MAXIMUM);
  if (most_vcpus < 0) return domain_error(domain);
  facts.state = virt::domain_state(state);
  facts.post_copy = is_post_copy(state, reason);
  facts.post_copy_failed = state == VIR_DOMAIN_PAUSED && reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED;
  facts.was_suspended = state == VIR_DOMAIN_RUNNING && reason == VIR_DOMAIN_RUNNING_MIGRATION_CANCELED;
  facts.persistent = virDomainIsPersistent(handle) == 1;
  int autostart = 0;
  facts.autostart = facts.persistent && virDomainGetAutostart(handle, &autostart) == 0 && autostart == 1;
  facts.job_active = has_job(handle);
  if (ports::runs(facts) && !facts.job_active) facts.block_job = block_job_of(handle);
  facts.vcpus = info.nrVirtCpu;
  facts.vcpus_max = most_vcpus;
  if (facts.persistent) {
    const int defined = virDomainGetVcpusFlags(handle, VIR_DOMAIN_AFFECT_CONFIG);
    if (defined > 0) facts.persistent_vcpus = defined;
  }
  look_at_definition_and_memory(handle, info, facts);
  return facts;
}

}  // namespace hotspot::io
