#include "actuator/io/libvirt_domain.h"

#include <array>
#include <utility>

#include "actuator/io/libvirt_errors.h"

namespace hotspot::io {
namespace {

telemetry::DomainState state_from(int state) {
  using telemetry::DomainState;
  switch (state) {
    case VIR_DOMAIN_RUNNING:
      return DomainState::kRunning;
    case VIR_DOMAIN_BLOCKED:
      return DomainState::kBlocked;
    case VIR_DOMAIN_PAUSED:
      return DomainState::kPaused;
    case VIR_DOMAIN_SHUTDOWN:
      return DomainState::kShutdown;
    case VIR_DOMAIN_SHUTOFF:
      return DomainState::kShutoff;
    case VIR_DOMAIN_CRASHED:
      return DomainState::kCrashed;
    case VIR_DOMAIN_PMSUSPENDED:
      return DomainState::kSuspended;
    default:
      return DomainState::kUnknown;
  }
}

bool has_job(virDomainPtr domain) {
  virDomainJobInfo job{};
  // Drivers without jobs (test:///default) refuse the question.
  return virDomainGetJobInfo(domain, &job) == 0 && job.type != VIR_DOMAIN_JOB_NONE;
}

bool runs(const ports::DomainFacts& facts) {
  return facts.state == telemetry::DomainState::kRunning || facts.state == telemetry::DomainState::kBlocked;
}

// virDomainInfo.memory is what libvirt heard last: after a migration, or when the guest gives back slowly, QEMU says
// something else. Asked only where no job can make the question wait.
std::int64_t balloon_kib(virDomainPtr domain, const virDomainInfo& info, const ports::DomainFacts& facts) {
  std::array<virDomainMemoryStatStruct, VIR_DOMAIN_MEMORY_STAT_NR> stats{};
  const int count =
      runs(facts) && !facts.job_active ? virDomainMemoryStats(domain, stats.data(), VIR_DOMAIN_MEMORY_STAT_NR, 0) : 0;
  for (int i = 0; i < count; ++i) {
    const auto& stat = stats[static_cast<std::size_t>(i)];
    if (stat.tag == VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON) return static_cast<std::int64_t>(stat.val);
  }
  return static_cast<std::int64_t>(info.memory);
}

}  // namespace

Result<LibvirtDomain, ports::CallError> find_domain(const ConnectionHandle& connection, const std::string& node_name,
                                                    const std::string& uuid) {
  std::string about = node_name + ": domain " + uuid;
  DomainHandle handle(virDomainLookupByUUIDString(connection.get(), uuid.c_str()));
  if (!handle) return last_error(connection.get(), about);
  return LibvirtDomain{connection, std::move(handle), std::move(about)};
}

ports::CallError domain_error(const LibvirtDomain& domain) { return last_error(domain.connection.get(), domain.about); }

Result<ports::DomainFacts, ports::CallError> look_at(const LibvirtDomain& domain) {
  const virDomainPtr handle = domain.handle.get();
  ports::DomainFacts facts;
  virDomainInfo info{};
  int state = 0;
  if (virDomainGetState(handle, &state, nullptr, 0) != 0) return domain_error(domain);
  if (virDomainGetInfo(handle, &info) != 0) return domain_error(domain);
  // Without AFFECT_LIVE or AFFECT_CONFIG: of the running domain, or of the definition of one that does not run.
  const int most_vcpus = virDomainGetVcpusFlags(handle, VIR_DOMAIN_VCPU_MAXIMUM);
  if (most_vcpus < 0) return domain_error(domain);
  facts.state = state_from(state);
  facts.persistent = virDomainIsPersistent(handle) == 1;
  facts.job_active = has_job(handle);
  facts.vcpus = info.nrVirtCpu;
  facts.vcpus_max = most_vcpus;
  if (facts.persistent) {
    const int defined = virDomainGetVcpusFlags(handle, VIR_DOMAIN_AFFECT_CONFIG);
    if (defined > 0) facts.persistent_vcpus = defined;
  }
  facts.balloon_bytes = balloon_kib(handle, info, facts) * kKibibyte;
  facts.balloon_max_bytes = static_cast<std::int64_t>(info.maxMem) * kKibibyte;
  return facts;
}

}  // namespace hotspot::io
