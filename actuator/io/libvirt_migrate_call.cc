#include "actuator/io/libvirt_migrate_call.h"

#include <algorithm>

namespace hotspot::io {
namespace {

// libvirt's list of typed parameters, freed at the end.
class MigrationParameters {
 public:
  MigrationParameters() = default;
  ~MigrationParameters() { virTypedParamsFree(list_, count_); }
  MigrationParameters(const MigrationParameters&) = delete;
  MigrationParameters& operator=(const MigrationParameters&) = delete;

  void add(const char* name, int value) { virTypedParamsAddInt(&list_, &count_, &capacity_, name, value); }
  void add(const char* name, unsigned long long value) {
    virTypedParamsAddULLong(&list_, &count_, &capacity_, name, value);
  }
  virTypedParameterPtr list() const { return list_; }
  unsigned count() const { return static_cast<unsigned>(count_); }

 private:
  virTypedParameterPtr list_ = nullptr;
  int count_ = 0, capacity_ = 0;
};

unsigned migration_flags(bool persistent, const ports::MigrationOptions& options) {
  unsigned flags = VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER;
  if (persistent) flags |= VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;
  if (options.auto_converge) flags |= VIR_MIGRATE_AUTO_CONVERGE;
  if (options.connections > 1) flags |= VIR_MIGRATE_PARALLEL;
  if (options.post_copy) flags |= VIR_MIGRATE_POSTCOPY;
  if (options.tls) flags |= VIR_MIGRATE_TLS;
  if (options.tunnelled) flags |= VIR_MIGRATE_TUNNELLED;
  return flags;
}

void fill(MigrationParameters& parameters, const ports::MigrationOptions& options) {
  if (options.bandwidth_bytes_per_second) {
    // libvirt counts in MiB/s, and takes 0 for no limit.
    const auto mebibytes = std::max<std::int64_t>(*options.bandwidth_bytes_per_second / kMebibyte, 1);
    parameters.add(VIR_MIGRATE_PARAM_BANDWIDTH, static_cast<unsigned long long>(mebibytes));
  }
  if (options.connections > 1) parameters.add(VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS, options.connections);
  if (!options.auto_converge) return;
  if (options.throttle_initial_percent)
    parameters.add(VIR_MIGRATE_PARAM_AUTO_CONVERGE_INITIAL, *options.throttle_initial_percent);
  if (options.throttle_increment_percent)
    parameters.add(VIR_MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT, *options.throttle_increment_percent);
}

// libvirt moves neither the mark for autostart nor, where it cannot, says so: it is a link beside the definition.
int autostart_of(virDomainPtr domain) {
  int autostart = 0;
  return virDomainGetAutostart(domain, &autostart) == 0 ? autostart : 0;
}

}  // namespace

Result<Moved, ports::CallError> migrate_now(const LibvirtDomain& domain, const std::string& target_uri,
                                            const ports::MigrationOptions& options) {
  MigrationParameters parameters;
  fill(parameters, options);
  const int persistent = virDomainIsPersistent(domain.handle.get());
  if (persistent < 0) return domain_error(domain);
  const Moved moved{persistent == 1 && autostart_of(domain.handle.get()) == 1};
  if (virDomainMigrateToURI3(domain.handle.get(), target_uri.c_str(), parameters.list(), parameters.count(),
                             migration_flags(persistent == 1, options)) != 0)
    return domain_error(domain);
  return moved;
}

}  // namespace hotspot::io
