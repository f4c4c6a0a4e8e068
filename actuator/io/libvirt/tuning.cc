#include "actuator/io/libvirt/tuning.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "actuator/io/libvirt/errors.h"
#include "common/libvirt/parameters.h"
#include "common/libvirt/typed_fields.h"

namespace hotspot::io {
namespace {

constexpr long long kPeriodUs = 100'000;
constexpr int kDefaultShares = 1024, kDefaultXenWeight = 256;

using Parameters = std::map<std::string, std::int64_t>;

bool is_xen(const LibvirtDomain& domain) {
  const char* type = virConnectGetType(domain.connection.get());
  return type != nullptr && std::string(type) == "Xen";
}

// The parameters for libvirt. The vCPUs share a cap equally; the remainder of the division is not used.
Result<Parameters, ports::CallError> wanted(const LibvirtDomain& domain, const model::Step& step) {
  if (const auto* shares = std::get_if<model::SetCpuShares>(&step)) {
    if (is_xen(domain)) return Parameters{{"weight", shares->to * kDefaultXenWeight / kDefaultShares}};
    return Parameters{{VIR_DOMAIN_SCHEDULER_CPU_SHARES, shares->to}};
  }
  const int percent = std::get<model::SetCpuCap>(step).to_percent;
  if (is_xen(domain)) return Parameters{{"cap", percent}};
  virDomainInfo info{};
  if (virDomainGetInfo(domain.handle.get(), &info) != 0) return domain_error(domain);
  const long long quota = percent == 0 ? -1 : kPeriodUs * percent / 100 / std::max<int>(1, info.nrVirtCpu);
  return Parameters{{VIR_DOMAIN_SCHEDULER_VCPU_PERIOD, kPeriodUs}, {VIR_DOMAIN_SCHEDULER_VCPU_QUOTA, quota}};
}

Result<Parameters, ports::CallError> current(const LibvirtDomain& domain) {
  const auto ask = [&](virTypedParameterPtr list, int* count) {
    if (list == nullptr) return virt::TextHandle(virDomainGetSchedulerType(domain.handle.get(), count)) ? 0 : -1;
    return virDomainGetSchedulerParametersFlags(domain.handle.get(), list, count, VIR_DOMAIN_AFFECT_CURRENT);
  };
  auto found = virt::ask_whole_numbers(ask);
  if (!found) return domain_error(domain);
  return std::move(*found);
}

void add(virt::Parameters& params, const std::string& name, long long value, bool xen) {
  if (xen)
    params.add(name.c_str(), static_cast<unsigned>(value));
  else if (name == VIR_DOMAIN_SCHEDULER_VCPU_QUOTA)
    params.add(name.c_str(), value);
  else
    params.add(name.c_str(), static_cast<unsigned long long>(value));
}

// No quota is -1, or 0 in older versions, or the largest number.
bool same(const std::string& name, long long a, long long b) {
  if (name != VIR_DOMAIN_SCHEDULER_VCPU_QUOTA) return a == b;
  constexpr long long kNone = 17'592'186'044'415;
  const auto none = [](long long quota) { return quota <= 0 || quota >= kNone; };
  return a == b || (none(a) && none(b));
}

}  // namespace

Result<bool, ports::CallError> domain_is_tuned(const LibvirtDomain& domain, const model::Step& step) {
  const auto want = wanted(domain, step);
  if (!want) return want.error();
  const auto have = current(domain);
  if (!have) return have.error();
  const bool unlimited = step == model::Step(model::SetCpuCap{0});
  for (const auto& [name, value] : *want) {
    if (unlimited && name == VIR_DOMAIN_SCHEDULER_VCPU_PERIOD) continue;
    const auto found = have->find(name);
    if (found == have->end() || !same(name, found->second, value)) return false;
  }
  return true;
}

Result<bool, ports::CallError> tune_domain(const LibvirtDomain& domain, const model::Step& step) {
  const auto want = wanted(domain, step);
  if (!want) return want.error();
  virt::Parameters params;
  for (const auto& [name, value] : *want) add(params, name, value, is_xen(domain));
  if (virDomainSetSchedulerParametersFlags(domain.handle.get(), params.list(), params.count(),
                                           VIR_DOMAIN_AFFECT_LIVE) != 0)
    return domain_error(domain);
  return domain_is_tuned(domain, step);
}

}  // namespace hotspot::io
