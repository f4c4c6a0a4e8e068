#include "tests/contract/ports/hypervisor_body.h"

#include <functional>
#include <mutex>

#include "actuator/io/libvirt/hypervisor.h"
#include "actuator/sim/simulated_hypervisor.h"
#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::contract {
namespace {

constexpr const char* kTestDomain = "6695eb01-f6a4-8304-79aa-97f2502e193f";  // the one in test:///default

// What was reported, from whichever thread.
class HeardProofs {
 public:
  std::function<void(const ports::NodeProof&)> listener() {
    return [heard = heard_](const ports::NodeProof& proof) {
      const std::lock_guard lock(heard->mutex);
      heard->proofs.push_back(proof);
    };
  }
  std::vector<ports::NodeProof> all() const {
    const std::lock_guard lock(heard_->mutex);
    return heard_->proofs;
  }

 private:
  struct Heard {
    std::mutex mutex;
    std::vector<ports::NodeProof> proofs;
  };
  std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();
};

class FakeBody : public HypervisorBody {
 public:
  FakeBody() {
    ports::DomainFacts facts;
    facts.state = telemetry::DomainState::kRunning;
    facts.persistent = true;
    facts.vcpus = facts.vcpus_max = 2;
    facts.balloon_bytes = 2 * kGibibyte;
    facts.balloon_max_bytes = 8 * kGibibyte;
    fake_.add_domain(node().uuid, kTestDomain, facts);
    fake_.fail_node(unreachable_node().uuid, {ports::CallFault::kUnreachable, "h9: Connection refused"});
    fake_.on_proof(heard_.listener());
  }
  ports::Hypervisor& hypervisor() override { return fake_; }
  ports::NodeAddress node() override { return {"uuid-of-h1", "h1", "fake:///h1"}; }
  ports::NodeAddress unreachable_node() override { return {"uuid-of-h9", "h9", "fake:///h9"}; }
  std::vector<ports::NodeProof> proofs() const override { return heard_.all(); }
  std::string domain_uuid() override { return kTestDomain; }

 private:
  HeardProofs heard_;
  fakes::FakeHypervisor fake_;
};

class SimulatedBody : public HypervisorBody {
 public:
  ports::Hypervisor& hypervisor() override { return simulated_; }
  ports::NodeAddress node() override { return {"uuid-of-h1", "h1", "qemu+tls://h1/system"}; }
  ports::NodeAddress unreachable_node() override { return {"uuid-of-h9", "h9", "qemu+tls://h9/system"}; }
  std::vector<ports::NodeProof> proofs() const override { return heard_.all(); }
  std::string domain_uuid() override { return kTestDomain; }

 private:
  static simulation::Scenario scenario() {
    simulation::Scenario scenario;
    scenario.nodes.push_back({.name = "h1", .uuid = "uuid-of-h1", .cpus = 8, .memory_bytes = 64 * kGibibyte});
    simulation::DomainModel domain{.name = "test", .uuid = kTestDomain};
    domain.vcpus = domain.vcpus_max = 2;
    domain.memory_bytes = 2 * kGibibyte;
    domain.memory_max_bytes = 8 * kGibibyte;
    scenario.domains.push_back(domain);
    return scenario;
  }

  HeardProofs heard_;
  simulation::Scenario scenario_ = scenario();
  simulation::SimulatedClock clock_{scenario_.begins};
  simulation::World world_{scenario_, clock_, 1};
  simulation::SimulatedHypervisor simulated_{world_, clock_, heard_.listener()};
};

class LibvirtTestBody : public HypervisorBody {
 public:
  ports::Hypervisor& hypervisor() override { return libvirt_; }
  ports::NodeAddress node() override { return {"uuid-of-test", "test", "test:///default"}; }
  ports::NodeAddress unreachable_node() override { return {"uuid-of-h9", "h9", "qemu+tcp://127.0.0.1:1/system"}; }
  std::vector<ports::NodeProof> proofs() const override { return heard_.all(); }
  std::string domain_uuid() override { return kTestDomain; }

 private:
  HeardProofs heard_;
  io::LibvirtHypervisor libvirt_{{.on_proof = heard_.listener()}};
};

}  // namespace

std::unique_ptr<HypervisorBody> make_fake_hypervisor() { return std::make_unique<FakeBody>(); }
std::unique_ptr<HypervisorBody> make_simulated_hypervisor() { return std::make_unique<SimulatedBody>(); }
std::unique_ptr<HypervisorBody> make_libvirt_test_hypervisor() { return std::make_unique<LibvirtTestBody>(); }

}  // namespace hotspot::contract
