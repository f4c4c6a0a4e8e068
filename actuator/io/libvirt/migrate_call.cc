#include "actuator/io/libvirt/migrate_call.h"

#include <algorithm>

#include "common/libvirt/parameters.h"

namespace hotspot::io {
namespace {

unsigned migration_flags(bool persistent, const ports::MigrationOptions& options) {
  unsigned flags = VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER;
  if (persistent) flags |= VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;
  if (options.auto_converge) flags |= VIR_MIGRATE_AUTO_CONVERGE;
  if (options.connections > 1) flags |= VIR_MIGRATE_PARALLEL;
  if (options.post_copy) flags |= VIR_MIGRATE_POSTCOPY;
  if (options.tls) flags |= VIR_MIGRATE_TLS;
  if (options.tunnelled) flags |= VIR_MIGRATE_TUNNELLED;
  if (!options.copied_disks.empty()) flags |= VIR_MIGRATE_NON_SHARED_DISK;
  // libvirt does not know the operator's statement, and would refuse disks that it considers local.
  if (options.shared_by_statement) flags |= VIR_MIGRATE_UNSAFE;
  return flags;
}

void fill(virt::Parameters& parameters, const ports::MigrationOptions& options) {
  if (options.bandwidth_bytes_per_second) {
    // libvirt uses MiB/s, and 0 means no limit.
    const auto mebibytes = std::max<std::int64_t>(*options.bandwidth_bytes_per_second / kMebibyte, 1);
    parameters.add(VIR_MIGRATE_PARAM_BANDWIDTH, static_cast<unsigned long long>(mebibytes));
  }
  for (const std::string& disk : options.copied_disks) parameters.add(VIR_MIGRATE_PARAM_MIGRATE_DISKS, disk.c_str());
  if (options.connections > 1) parameters.add(VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS, options.connections);
  if (!options.auto_converge) return;
  if (options.throttle_initial_percent)
    parameters.add(VIR_MIGRATE_PARAM_AUTO_CONVERGE_INITIAL, *options.throttle_initial_percent);
  if (options.throttle_increment_percent)
    parameters.add(VIR_MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT, *options.throttle_increment_percent);
}

}  // namespace

Result<int, ports::CallError> migrate_now(const LibvirtDomain& domain, const std::string& target_uri,
                                          const ports::MigrationOptions& options) {
  virt::Parameters parameters;
  fill(parameters, options);
  const int persistent = virDomainIsPersistent(domain.handle.get());
  if (persistent < 0) return domain_error(domain);
  if (virDomainMigrateToURI3(domain.handle.get(), target_uri.c_str(), parameters.list(),
                             static_cast<unsigned>(parameters.count()), migration_flags(persistent == 1, options)) != 0)
    return domain_error(domain);
  return 0;
}

}  // namespace hotspot::io
