// What planning and acting share about scaling; and names of what a plan expects of one: Action::expected.
//
// PURE.
#pragma once

#include <string>

namespace hotspot::plan {

// The guest's own total before a DIMM is plugged in: it has to rise by what it gets.
constexpr const char* kExpectedGuestMemoryBefore = "guest_memory_before_bytes";

// Of what is left to it after a shrink, a guest uses at most this by its own word: well below where rules let it grow,
// so that one that was shrunk does not ask to grow at once.
constexpr double kUsedAfterShrinkRatio = 0.70;

// Why no vCPU is taken from a domain without KVM. QEMU (7.2) then sends no DEVICE_DELETED of it, so that libvirt goes
// on counting it; at the begin of a migration such a QEMU crashes, also at the source.
std::string keeps_vcpus_text(const std::string& domain_name, int vcpus);

}  // namespace hotspot::plan
