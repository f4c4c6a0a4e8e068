#include "actuator/loop/admitted_hypervisor.h"

#include <gmock/gmock.h>

#include "tests/support/build_cluster.h"
#include "tests/support/fakes/fake_hypervisor.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::uuid_of;
using ::testing::HasSubstr;

// After an upgrade: the journal has open actions, and nobody has admitted a node yet.
class AdmittedHypervisorTest : public ::testing::Test {
 protected:
  AdmittedHypervisorTest() { real_.add_domain(uuid_of("h1"), uuid_of("a"), facts()); }
  static ports::DomainFacts facts() {
    return {.state = telemetry::DomainState::kRunning,
            .vcpus = 1,
            .vcpus_max = 4,
            .balloon_bytes = kGibibyte,
            .balloon_max_bytes = kGibibyte};
  }
  static ports::JournalEntry entry(const std::string& uri, const std::string& target_uri = "") {
    ports::JournalEntry entry;
    entry.action.node_uuid = uuid_of("h1");
    entry.action.node_name = "h1";
    entry.action.node_uri = uri;
    entry.action.domain_uuid = uuid_of("a");
    entry.action.step = model::SetVcpus{};
    if (!target_uri.empty())
      entry.action.step = model::MigrateTo{.target_uuid = uuid_of("h2"), .target_name = "h2", .target_uri = target_uri};
    return entry;
  }
  // Is libvirt asked? The caller's own URI is never used.
  bool asks(const std::string& node = "h1") {
    const std::size_t before = real_.calls().size();
    const auto answer = door_.look({uuid_of(node), node, "qemu+tcp://caller/system"}, uuid_of("a"));
    if (!answer) message_ = answer.error().message;
    return answer.ok() || real_.calls().size() > before;
  }
  bool asks_after(const std::string& uri) {
    door_.allow_journal({entry(uri)}, rules_);
    return asks();
  }

  fakes::FakeHypervisor real_;
  AdmittedHypervisor door_{real_};
  UriRules rules_;
  std::string message_;
};

TEST_F(AdmittedHypervisorTest, NobodyIsAskedWhoIsNeitherAdmittedNorInTheJournal) {
  EXPECT_FALSE(asks());
  EXPECT_THAT(message_, HasSubstr("node 'h1' is not admitted"));
}

TEST_F(AdmittedHypervisorTest, TheUriOfAnOpenActionHoldsIfItsSchemeIsAllowedAndItHasNoParameters) {
  EXPECT_TRUE(asks_after("qemu+tls://h1/system"));
  for (const char* uri : {"qemu+tcp://h1/system", "qemu+ext:///system?command=/tmp/evil", "test:///default",
                          "qemu+tls://h1/system?pkipath=/tmp", "qemu+ssh://h1/system?keyfile=/etc/shadow", "", "h1",
                          "qemu+tls://h1/system#x", "qemu+tls://h1/sys tem"})
    EXPECT_FALSE(asks_after(uri)) << uri;
}

TEST_F(AdmittedHypervisorTest, ParametersThatTheOperatorAllowsAreAllowedInTheRegistryAloneNotInTheJournal) {
  rules_.parameters.insert("pkipath");
  ASSERT_TRUE(check_node_uri("qemu+tls://h1/system?pkipath=/tmp", rules_));
  EXPECT_FALSE(asks_after("qemu+tls://h1/system?pkipath=/tmp"));
}

TEST_F(AdmittedHypervisorTest, ASchemeThatTheOperatorAllowsHoldsForTheJournalToo) {
  rules_.schemes.insert("qemu+tcp");
  EXPECT_TRUE(asks_after("qemu+tcp://h1/system"));
}

TEST_F(AdmittedHypervisorTest, TheTargetOfAnOpenMigrationIsJudgedByItself) {
  real_.add_domain(uuid_of("h2"), uuid_of("a"), facts());
  door_.allow_journal({entry("qemu+ext:///system?command=/tmp/evil", "qemu+tls://h2/system")}, rules_);
  EXPECT_FALSE(asks("h1"));
  EXPECT_TRUE(asks("h2"));
  door_.allow_journal({entry("qemu+tls://h1/system", "qemu+ext:///system?command=/tmp/evil")}, rules_);
  EXPECT_TRUE(asks("h1"));
  EXPECT_FALSE(asks("h2"));
}

TEST_F(AdmittedHypervisorTest, OnceTheNodeIsAdmittedTheRegistryAloneSaysItsUri) {
  ASSERT_TRUE(asks_after("qemu+tls://h1/system"));
  door_.set_addresses({{uuid_of("h1"), "h1", "qemu+tls://admitted/system"}});
  EXPECT_TRUE(door_.connects_to(uuid_of("h1"), "qemu+tls://admitted/system"));
  EXPECT_FALSE(door_.connects_to(uuid_of("h1"), "qemu+tls://h1/system"));
  EXPECT_TRUE(asks());
  door_.set_addresses({});
  EXPECT_FALSE(asks()) << "what the journal said of it holds no more";
}

}  // namespace
}  // namespace hotspot::loop
