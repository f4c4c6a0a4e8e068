// A guest whose agent does not answer. libvirt's test driver has no agent, so this file takes the place of libvirt's
// function in this program, and passes on every other call.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <libvirt/libvirt.h>

#include <atomic>
#include <memory>

#include "actuator/io/libvirt/hypervisor.h"
#include "common/libvirt/timed_calls.h"

namespace hotspot::io {
namespace {

constexpr const char* kGuestOfTheTestDriver = "6695eb01-f6a4-8304-79aa-97f2502e193f";

using AgentAnswer = virt::Pending<int>;
// What the agent answers; null: there is no agent.
std::shared_ptr<AgentAnswer>& agent() {
  static std::shared_ptr<AgentAnswer> answer;
  return answer;
}
std::atomic<int> asked = 0;

class GuestAgentTest : public ::testing::Test {
 protected:
  GuestAgentTest() {
    agent() = std::make_shared<AgentAnswer>();
    asked = 0;
  }
  ~GuestAgentTest() override {
    agent()->set(0);  // ends a call that hangs
    agent() = nullptr;
  }
  Result<ports::Applied, ports::CallError> is_applied(const model::Step& step) {
    return hypervisor_.is_applied(node_, kGuestOfTheTestDriver, step);
  }
  int vcpus() { return hypervisor_.look(node_, kGuestOfTheTestDriver)->vcpus; }

  ports::NodeAddress node_{"u2", "good", "test:///default"};
  LibvirtHypervisor hypervisor_{{.call_limit = Milliseconds(1000)}};
};

TEST_F(GuestAgentTest, ThatHangsHidesNothingThatLibvirtShows) {
  const int now = vcpus();
  const auto applied = is_applied(model::SetVcpus{now - 1, now});
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_TRUE(applied->shown);
  EXPECT_EQ(applied->guest_vcpus, std::nullopt);
  EXPECT_EQ(asked.load(), 1);
}

TEST_F(GuestAgentTest, SaysHowManyVcpusTheGuestUses) {
  const int now = vcpus();
  agent()->set(now - 1);
  const auto applied = is_applied(model::SetVcpus{now - 1, now});
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(applied->guest_vcpus, now - 1);
}

TEST_F(GuestAgentTest, IsNotAskedAboutAChangeThatLibvirtDoesNotShow) {
  const int now = vcpus();
  const auto applied = is_applied(model::SetVcpus{now, now + 1});
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_FALSE(applied->shown);
  EXPECT_EQ(asked.load(), 0);
}

}  // namespace
}  // namespace hotspot::io

extern "C" int virDomainGetVcpusFlags(virDomainPtr domain, unsigned flags) {
  const auto agent = hotspot::io::agent();
  if ((flags & VIR_DOMAIN_VCPU_GUEST) != 0 && agent) {
    ++hotspot::io::asked;
    return *agent->wait_for(hotspot::Milliseconds(60'000));
  }
  static const auto real =
      reinterpret_cast<int (*)(virDomainPtr, unsigned)>(dlsym(RTLD_NEXT, "virDomainGetVcpusFlags"));
  return real(domain, flags);
}
