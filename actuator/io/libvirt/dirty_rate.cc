#include "actuator/io/libvirt/dirty_rate.h"

#include <optional>
#include <thread>

#include "actuator/io/libvirt/domain.h"
#include "common/libvirt/typed_fields.h"

namespace hotspot::io {
namespace {

using ports::CallError;
using ports::CallFault;
using Rate = std::optional<double>;

constexpr Milliseconds kAskAgain{100};
// In addition to the period itself, QEMU hashes the sampled pages at its beginning and end.
constexpr Milliseconds kHashing{3000};

// Empty: not available yet. libvirt reports whole MiB.
Result<Rate, CallError> measured(const LibvirtDomain& domain) {
  virDomainPtr asked[] = {domain.handle.get(), nullptr};
  virDomainStatsRecordPtr* raw = nullptr;
  if (virDomainListGetStats(asked, VIR_DOMAIN_STATS_DIRTYRATE, &raw, VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT) < 0)
    return domain_error(domain);
  const virt::StatsHandle records(raw);
  const virDomainStatsRecord* record = raw[0];
  if (record == nullptr) return Rate();
  const virt::TypedFields fields(record->params, record->nparams);
  if (fields.whole("dirtyrate.calc_status") != VIR_DOMAIN_DIRTYRATE_MEASURED) return Rate();
  const auto mebibytes = fields.whole("dirtyrate.megabytes_per_second");
  if (!mebibytes) return Rate();
  // The rate was rounded down: on average half a unit is missing.
  return Rate(*mebibytes <= 0 ? 0 : (static_cast<double>(*mebibytes) + 0.5) * static_cast<double>(kMebibyte));
}

}  // namespace

Result<double, CallError> sample_dirty_rate(LibvirtNode& node, const std::string& domain_uuid, int seconds) {
  // Samples pages. Dirty-bitmap mode would be exact, but crashes a QEMU 7.2 without KVM at once.
  const auto begun =
      with_domain<int>(node, domain_uuid, [seconds](const LibvirtDomain& domain) -> Result<int, CallError> {
        if (virDomainStartDirtyRateCalc(domain.handle.get(), seconds, VIR_DOMAIN_DIRTYRATE_MODE_PAGE_SAMPLING) != 0)
          return domain_error(domain);
        return 0;
      });
  if (!begun) return begun.error();
  const auto begin = std::chrono::steady_clock::now();
  const auto sampled = begin + std::chrono::seconds(seconds);
  std::this_thread::sleep_until(sampled);
  while (std::chrono::steady_clock::now() < sampled + kHashing) {
    const auto rate = with_domain<Rate>(node, domain_uuid, measured);
    if (!rate) return rate.error();
    if (*rate) return **rate;
    std::this_thread::sleep_for(kAskAgain);
  }
  return CallError{CallFault::kRefused,
                   node.address().name + ": QEMU did not end to sample the dirty rate of domain " + domain_uuid};
}

}  // namespace hotspot::io
