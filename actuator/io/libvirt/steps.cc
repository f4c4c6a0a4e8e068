#include "actuator/io/libvirt/steps.h"

#include <cstdlib>

#include "actuator/io/libvirt/errors.h"
#include "actuator/io/libvirt/limits.h"
#include "actuator/io/libvirt/memory.h"
#include "actuator/io/libvirt/tuning.h"
#include "telemetry/memory_devices.h"

namespace hotspot::io {
namespace {

using ports::CallError;
using ports::CallFault;
using Reach = ports::Hypervisor::Reach;
using StepDone = Result<int, CallError>;

// A new kind of step without a function here does not compile.
struct Apply {
  const LibvirtDomain& domain;
  unsigned flags;  // AFFECT_LIVE or AFFECT_CONFIG

  StepDone operator()(const model::SetVcpus& step) const {
    if (step.to < 1) return CallError{CallFault::kRefused, "a domain needs at least one vCPU"};
    return ended(virDomainSetVcpusFlags(domain.handle.get(), static_cast<unsigned>(step.to), flags));
  }
  StepDone operator()(const model::SetBalloon& step) const {
    if (step.to_bytes < kKibibyte) return CallError{CallFault::kRefused, "a domain needs memory"};
    const auto kibibytes = static_cast<unsigned long>(step.to_bytes / kKibibyte);
    return ended(virDomainSetMemoryFlags(domain.handle.get(), kibibytes, flags));
  }
  StepDone operator()(const model::SetVirtioMem& step) const { return resize_virtio_mem(domain, step, flags); }
  StepDone operator()(const model::PlugDimm& step) const { return plug_dimm(domain, step, flags); }
  StepDone operator()(const model::SetCpuCap& step) const { return tuned(step, tune_domain); }
  StepDone operator()(const model::SetCpuShares& step) const { return tuned(step, tune_domain); }
  StepDone operator()(const model::SetDiskLimit& step) const { return tuned(step, limit_domain); }
  StepDone operator()(const model::SetNetworkLimit& step) const { return tuned(step, limit_domain); }
  StepDone operator()(const model::MigrateTo&) const { return refused(": a migration is begun in another way"); }

 private:
  StepDone refused(const std::string& why) const { return CallError{CallFault::kRefused, domain.about + why}; }
  StepDone ended(int result) const {
    if (result != 0) return domain_error(domain);
    return 0;
  }
  StepDone tuned(const model::Step& step,
                 Result<bool, CallError> (*tune)(const LibvirtDomain&, const model::Step&)) const {
    if (flags != static_cast<unsigned>(VIR_DOMAIN_AFFECT_LIVE))
      return refused(": tuning is not set in the definition alone");
    const auto shown = tune(domain, step);
    if (!shown) return shown.error();
    return *shown ? StepDone(0) : refused(": libvirt took the change, but does not show it");
  }
};

struct IsApplied {
  using Shown = Result<ports::Applied, CallError>;
  const LibvirtDomain& domain;

  Shown operator()(const model::SetVcpus& step) const {
    const auto facts = look_at(domain);
    if (!facts) return facts.error();
    return ports::Applied{facts->vcpus == step.to, std::nullopt};
  }
  Shown operator()(const model::SetBalloon& step) const {
    return memory(step.to_bytes, [](const ports::DomainFacts& facts) { return facts.balloon_bytes; });
  }
  Shown operator()(const model::SetVirtioMem& step) const {
    return memory(step.to_bytes, [&](const ports::DomainFacts& facts) {
      const auto* device = ports::find_memory_device(facts, step.device);
      return device == nullptr ? 0 : device->current_bytes.value_or(0);
    });
  }
  Shown operator()(const model::PlugDimm& step) const {
    return memory(step.to_bytes,
                  [](const ports::DomainFacts& facts) { return telemetry::dimm_bytes(facts.memory_devices); });
  }
  Shown operator()(const model::SetCpuCap& step) const { return tuned(domain_is_tuned(domain, step)); }
  Shown operator()(const model::SetCpuShares& step) const { return tuned(domain_is_tuned(domain, step)); }
  Shown operator()(const model::SetDiskLimit& step) const { return tuned(domain_is_limited(domain, step)); }
  Shown operator()(const model::SetNetworkLimit& step) const { return tuned(domain_is_limited(domain, step)); }
  Shown operator()(const model::MigrateTo&) const { return ports::Applied{}; }  // it has not left

 private:
  template <typename Held>
  Shown memory(std::int64_t wanted_bytes, const Held& held) const {
    const auto facts = look_at(domain);
    if (!facts) return facts.error();
    return ports::Applied{std::llabs(held(*facts) - wanted_bytes) <= ports::kBalloonToleranceBytes, std::nullopt};
  }
  static Shown tuned(const Result<bool, CallError>& shown) {
    if (!shown) return shown.error();
    return ports::Applied{*shown, std::nullopt};
  }
};

}  // namespace

StepDone apply_step(const LibvirtDomain& domain, const model::Step& step, Reach reach) {
  const unsigned flags = reach == Reach::kNow ? VIR_DOMAIN_AFFECT_LIVE : VIR_DOMAIN_AFFECT_CONFIG;
  return std::visit(Apply{domain, flags}, step);
}

Result<ports::Applied, CallError> step_is_applied(const LibvirtDomain& domain, const model::Step& step) {
  return std::visit(IsApplied{domain}, step);
}

bool adds_vcpus(const model::Step& step) {
  const auto* vcpus = std::get_if<model::SetVcpus>(&step);
  return vcpus != nullptr && vcpus->direction() == model::Direction::kUp;
}

Result<int, CallError> guest_vcpus(const LibvirtDomain& domain) {
  const int online = virDomainGetVcpusFlags(domain.handle.get(), VIR_DOMAIN_VCPU_GUEST);
  if (online < 1) return domain_error(domain);
  return online;
}

}  // namespace hotspot::io
