#include "actuator/io/libvirt_migrate_call.h"

#include <algorithm>

namespace hotspot::io {
namespace {

unsigned migration_flags(bool persistent, const ports::MigrationOptions& options) {
  unsigned flags = VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER;
  if (persistent) flags |= VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;
  if (options.auto_converge) flags |= VIR_MIGRATE_AUTO_CONVERGE;
  return flags;
}

}  // namespace

Result<void, ports::CallError> migrate_now(const LibvirtDomain& domain, const std::string& target_uri,
                                           const ports::MigrationOptions& options) {
  virTypedParameterPtr parameters = nullptr;
  int count = 0, capacity = 0;
  if (options.bandwidth_bytes_per_second) {
    // libvirt counts in MiB/s, and takes 0 for no limit.
    const auto mebibytes = std::max<std::int64_t>(*options.bandwidth_bytes_per_second / kMebibyte, 1);
    virTypedParamsAddULLong(&parameters, &count, &capacity, VIR_MIGRATE_PARAM_BANDWIDTH,
                            static_cast<unsigned long long>(mebibytes));
  }
  const int persistent = virDomainIsPersistent(domain.handle.get());
  int moved = -1;
  if (persistent >= 0)
    moved = virDomainMigrateToURI3(domain.handle.get(), target_uri.c_str(), parameters, static_cast<unsigned>(count),
                                   migration_flags(persistent == 1, options));
  Result<void, ports::CallError> result;
  if (moved != 0) result = domain_error(domain);
  virTypedParamsFree(parameters, count);
  return result;
}

}  // namespace hotspot::io
