// Caps a domain's CPU as hotspotd does. For bench/cap.py.
//
//   bench_tune URI DOMAIN_UUID PERCENT      0: no cap
#include <cstdio>
#include <cstdlib>

#include "actuator/io/libvirt/hypervisor.h"

int main(int argc, char** argv) {
  using namespace hotspot;
  if (argc != 4) return std::fprintf(stderr, "see the head of bench/migration/tune.cc\n"), 2;
  io::LibvirtHypervisor hypervisor;
  const ports::NodeAddress node{"", argv[1], argv[1]};
  hypervisor.know_node(node);
  const auto done =
      hypervisor.apply(node, argv[2], model::SetCpuCap{std::atoi(argv[3])}, ports::Hypervisor::Reach::kNow);
  if (!done) return std::fprintf(stderr, "%s\n", done.error().message.c_str()), 1;
  return 0;
}
