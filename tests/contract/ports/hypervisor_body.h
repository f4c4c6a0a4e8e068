// One hypervisor with one node and one running domain, as a contract test sees it: the fake one, or libvirt.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "actuator/ports/hypervisor.h"
#include "actuator/ports/node_proof.h"

namespace hotspot::contract {

class HypervisorBody {
 public:
  virtual ~HypervisorBody() = default;
  virtual ports::Hypervisor& hypervisor() = 0;
  virtual ports::NodeAddress node() = 0;
  virtual ports::NodeAddress unreachable_node() = 0;
  virtual std::vector<ports::NodeProof> proofs() const = 0;  // those that were reported so far
  virtual std::string domain_uuid() = 0;  // running, with more vCPUs and memory possible than 1 and 512 MiB
};

struct HypervisorMaker {
  const char* name;
  std::unique_ptr<HypervisorBody> (*make)();
};
inline void PrintTo(const HypervisorMaker& maker, std::ostream* out) { *out << maker.name; }

std::unique_ptr<HypervisorBody> make_fake_hypervisor();
std::unique_ptr<HypervisorBody> make_simulated_hypervisor();
std::unique_ptr<HypervisorBody> make_libvirt_test_hypervisor();  // test:///default

inline const HypervisorMaker kHypervisors[] = {{"Fake", make_fake_hypervisor},
                                               {"Simulated", make_simulated_hypervisor},
                                               {"LibvirtTest", make_libvirt_test_hypervisor}};

}  // namespace hotspot::contract
