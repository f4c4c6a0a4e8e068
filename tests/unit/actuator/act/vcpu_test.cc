// vCPUs that are added: done only once the guest has brought them online; and the definition, where asked.
#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {
namespace {

using model::ActionState;
using model::SetVcpus;
using ::testing::HasSubstr;

class VcpuTest : public Stage {
 protected:
  VcpuTest() {
    options_.verify_limit = std::chrono::seconds(10);
    options_.ask_again = Milliseconds(1);
    make_executor();
  }
  static telemetry::DomainSample guest(double second_vcpu) {
    telemetry::DomainSample sample = domain("a").vcpus(2, 4);
    sample.vcpu_samples = {{.vcpu = 0, .cpu_ratio = 0.9}, {.vcpu = 1, .cpu_ratio = second_vcpu}};
    return sample;
  }
  bool has(ActionState state) const {
    return std::any_of(store_.entries.begin(), store_.entries.end(), [&](const auto& e) { return e.state == state; });
  }
  void add_persistent_domain() {
    ports::DomainFacts facts = facts_with(1);
    facts.persistent = true;
    facts.persistent_vcpus = 1;
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), facts);
  }
};

TEST_F(VcpuTest, Law9SaysDoneOnlyWhenTheAddedVcpuUsedCpuTime) {
  ASSERT_TRUE(begin(action_of(SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kVerifying));
  for (int i = 0; i < 3; ++i) {
    snapshots("h1", guest(0));
    executor_->advance(cluster_, token_);
  }
  EXPECT_FALSE(has(ActionState::kDone)) << shown();
  snapshots("h1", guest(0.02));
  EXPECT_TRUE(reaches(ActionState::kDone)) << shown();
  EXPECT_EQ(journal().back(), "done");
}

TEST_F(VcpuTest, Law9CountsAGuestThatDoesNotBringItsVcpuOnlineAsFailedAndSaysWhatToDo) {
  ASSERT_TRUE(begin(action_of(SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kVerifying));
  for (int i = 0; i < 12; ++i) {
    snapshots("h1", guest(0));
    executor_->advance(cluster_, token_);
  }
  ASSERT_TRUE(has(ActionState::kFailed)) << shown();
  EXPECT_EQ(journal().back(),
            "failed: a has not brought its vCPU 1 online; in a Linux guest: echo 1 > "
            "/sys/devices/system/cpu/cpu1/online; where there is no such file, its kernel did not take it: "
            "docs/rules.md says why "
            "(it used no CPU time within 10 s)");
}

TEST_F(VcpuTest, BelievesTheGuestsAgent) {
  hypervisor_.set_guest_vcpus(uuid_of("a"), 2);
  ASSERT_TRUE(begin(action_of(SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kVerifying));
  snapshots("h1", guest(0));
  EXPECT_TRUE(reaches(ActionState::kDone)) << "idle, but online by the agent's word: " << shown();
}

TEST_F(VcpuTest, SaysSoWhenTheAgentTellsThatTheGuestUsesFewer) {
  hypervisor_.set_guest_vcpus(uuid_of("a"), 1);
  ASSERT_TRUE(begin(action_of(SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kStarted));
  ASSERT_TRUE(advance_until([&] {
    clock_.advance(Milliseconds(1000));
    return has(ActionState::kFailed);
  })) << shown();
  EXPECT_THAT(journal().back(), HasSubstr("a has not brought its vCPU 1 online"));
  EXPECT_THAT(journal().back(), HasSubstr("its agent says that it uses 1"));
}

TEST_F(VcpuTest, ChangesTheDefinitionTooWhereAsked) {
  add_persistent_domain();
  ASSERT_TRUE(begin(action_of(SetVcpus{1, 2, true})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->persistent_vcpus, 2);
}

TEST_F(VcpuTest, LeavesTheDefinitionAloneOtherwise) {
  add_persistent_domain();
  ASSERT_TRUE(begin(action_of(SetVcpus{1, 2})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
  EXPECT_EQ(hypervisor_.facts(uuid_of("h1"), uuid_of("a"))->persistent_vcpus, 1);
}

TEST_F(VcpuTest, AsksNothingOfATransientDomainsDefinition) {
  ASSERT_TRUE(begin(action_of(SetVcpus{1, 2, true})));
  ASSERT_TRUE(reaches(ActionState::kVerifying)) << shown();
}

TEST_F(VcpuTest, SaysThatOnlyTheDefinitionFailed) {
  add_persistent_domain();
  hypervisor_.fail_next("set_persistently", {ports::CallFault::kRefused, "h1: read-only file system"});
  ASSERT_TRUE(begin(action_of(SetVcpus{1, 2, true})));
  ASSERT_TRUE(reaches(ActionState::kFailed)) << shown();
  EXPECT_EQ(journal().back(), "failed: it was changed live, but not in its definition: h1: read-only file system");
}

}  // namespace
}  // namespace hotspot::act
