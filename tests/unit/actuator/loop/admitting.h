// Nodes of tests, admitted and proven without keys: the one place where tests of the loop say how.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/loop.h"
#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::loop {

class Admitting {
 public:
  explicit Admitting(fakes::FakeHypervisor& hypervisor) : hypervisor_(hypervisor) { listen(); }

  // As build_cluster.h makes them; for loops that are made from now on.
  void admit(const std::string& name, Options& options) {
    using hotspot::testing::uuid_of;
    options.admission.require_keys = false;
    options.admission.uris.schemes.insert("qemu+tcp");
    options.admission.nodes.push_back({name, "qemu+tcp://" + name + "/system", "", uuid_of(name)});
    hypervisor_.set_identity(uuid_of(name), {uuid_of(name), name, 4, 8 * kGibibyte});
  }

  // A process that begins has no connections yet.
  void listen() {
    proofs_.clear();
    hypervisor_.on_proof([this](const ports::NodeProof& proof) { proofs_.push_back(proof); });
  }

  // What libvirt said since the last time, as the hypervisor's threads would bring it.
  void deliver(Loop& loop, WallTime now) {
    while (!proofs_.empty()) {
      for (ports::NodeProof& proof : std::exchange(proofs_, {})) {
        proof.at = now;
        loop.take(proof);
      }
    }
  }

 private:
  fakes::FakeHypervisor& hypervisor_;
  std::vector<ports::NodeProof> proofs_;
};

}  // namespace hotspot::loop
