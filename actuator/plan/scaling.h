// What planning and acting share about scaling, and names of the predictions in Action::expected.
//
// PURE.
#pragma once

#include <string>

namespace hotspot::plan {

// The guest's own total before a DIMM is plugged in: it has to rise by the size of the DIMM.
constexpr const char* kExpectedGuestMemoryBefore = "guest_memory_before_bytes";

// After a shrink, a guest must by its own report use at most this share of the rest: well below the ratio at which
// rules let it grow, so that it does not ask to grow at once.
constexpr double kUsedAfterShrinkRatio = 0.70;

// Why no vCPU is taken from a domain without KVM. QEMU (7.2) then sends no DEVICE_DELETED for it, so that libvirt keeps
// counting it; when a migration begins, such a QEMU crashes, on the source too.
std::string keeps_vcpus_text(const std::string& domain_name, int vcpus);

}  // namespace hotspot::plan
