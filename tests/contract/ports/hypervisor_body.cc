#include "tests/contract/ports/hypervisor_body.h"

#include "actuator/io/libvirt_hypervisor.h"
#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::contract {
namespace {

constexpr const char* kTestDomain = "6695eb01-f6a4-8304-79aa-97f2502e193f";  // the one in test:///default

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
  }
  ports::Hypervisor& hypervisor() override { return fake_; }
  ports::NodeAddress node() override { return {"uuid-of-h1", "h1", "fake:///h1"}; }
  std::string domain_uuid() override { return kTestDomain; }

 private:
  fakes::FakeHypervisor fake_;
};

class LibvirtTestBody : public HypervisorBody {
 public:
  ports::Hypervisor& hypervisor() override { return libvirt_; }
  ports::NodeAddress node() override { return {"uuid-of-test", "test", "test:///default"}; }
  std::string domain_uuid() override { return kTestDomain; }

 private:
  io::LibvirtHypervisor libvirt_;
};

}  // namespace

std::unique_ptr<HypervisorBody> make_fake_hypervisor() { return std::make_unique<FakeBody>(); }
std::unique_ptr<HypervisorBody> make_libvirt_test_hypervisor() { return std::make_unique<LibvirtTestBody>(); }

}  // namespace hotspot::contract
