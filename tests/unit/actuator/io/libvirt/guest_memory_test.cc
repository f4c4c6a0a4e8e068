// What a guest says about its memory may be anything. libvirt's test driver has one answer, so this file takes the
// place of libvirt's function in this program, and passes on every call while it has no figure of its own.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <libvirt/libvirt.h>

#include <atomic>
#include <cstdint>
#include <limits>

#include "actuator/io/libvirt/hypervisor.h"
#include "telemetry/units.h"

namespace hotspot::io {
namespace {

// In KiB, as libvirt has it; 0: libvirt's own.
std::atomic<std::uint64_t> said_by_the_guest = 0;

ports::DomainFacts looked_at(std::uint64_t kibibytes) {
  said_by_the_guest = kibibytes;
  LibvirtHypervisor hypervisor;
  const auto facts = hypervisor.look({"u3", "good", "test:///default"}, "6695eb01-f6a4-8304-79aa-97f2502e193f");
  said_by_the_guest = 0;
  return facts ? *facts : ports::DomainFacts{};
}

TEST(GuestMemory, IsWhatTheGuestSays) {
  EXPECT_EQ(looked_at(1024).guest_memory_bytes, kMebibyte);
  EXPECT_EQ(looked_at(1024).guest_usable_bytes, kMebibyte);
}

TEST(GuestMemory, OfMoreThan63BitsIsNotKnown) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max() / kKibibyte;
  EXPECT_EQ(looked_at(kMost).guest_usable_bytes, std::int64_t{kMost} * kKibibyte);
  for (const std::uint64_t odd : {kMost + 1, (std::uint64_t{1} << 54) - 1, std::numeric_limits<std::uint64_t>::max()}) {
    const ports::DomainFacts facts = looked_at(odd);
    EXPECT_GT(facts.vcpus, 0) << "it was read";
    EXPECT_EQ(facts.guest_memory_bytes, std::nullopt) << odd;
    EXPECT_EQ(facts.guest_usable_bytes, std::nullopt) << odd;
  }
}

}  // namespace
}  // namespace hotspot::io

extern "C" int virDomainMemoryStats(virDomainPtr domain, virDomainMemoryStatPtr stats, unsigned count, unsigned flags) {
  const std::uint64_t said = hotspot::io::said_by_the_guest;
  if (said != 0) {
    stats[0] = {VIR_DOMAIN_MEMORY_STAT_AVAILABLE, said};
    stats[1] = {VIR_DOMAIN_MEMORY_STAT_USABLE, said};
    return 2;
  }
  static const auto real = reinterpret_cast<decltype(&virDomainMemoryStats)>(dlsym(RTLD_NEXT, "virDomainMemoryStats"));
  return real(domain, stats, count, flags);
}
