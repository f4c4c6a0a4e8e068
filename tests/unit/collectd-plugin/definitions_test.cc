// When a domain's XML is read, on libvirt's test driver.
#include "collectd-plugin/definitions.h"

#include <gtest/gtest.h>
#include <libvirt/libvirt.h>

#include "collectd-plugin/domain_stats.h"

namespace hotspot::collector {
namespace {

using std::chrono::seconds;

class DefinitionsTest : public ::testing::Test {
 protected:
  DefinitionsTest() {
    domain_.reset(virDomainLookupByName(connection_.get(), "test"));
    reading_.name = "test";
    reading_.uuid = "6695eb01-f6a4-8304-79aa-97f2502e193f";
    reading_.id = 1;
  }
  void set_group(const std::string& group) {
    const std::string policy = "<policy><group>" + group + "</group></policy>";
    ASSERT_EQ(virDomainSetMetadata(domain_.get(), VIR_DOMAIN_METADATA_ELEMENT, policy.c_str(), "hotspot",
                                   "https://hotspot/xmlns/policy/1", VIR_DOMAIN_AFFECT_LIVE),
              0);
  }
  std::string group_at(int second, std::optional<DomainStamp> stamp) {
    const auto& found = definitions_.of(domain_.get(), reading_, SteadyTime(seconds(1000 + second)), stamp);
    return found->policy.group.value_or("");
  }

  virt::OwnConnectionHandle connection_{virConnectOpen("test:///default")};
  virt::DomainHandle domain_;
  DomainReading reading_;
  int completed_ = 0;
  Definitions definitions_{seconds(60), MetadataPath{}, [this](DomainDefinition&) { ++completed_; }};
  const DomainStamp one_{.state_inode = 1}, other_{.state_inode = 2};
};

TEST_F(DefinitionsTest, AreReadAnewAfterTheIntervalWhereLibvirtHasNoFiles) {
  set_group("a");
  EXPECT_EQ(group_at(0, std::nullopt), "a");
  set_group("b");
  EXPECT_EQ(group_at(0, std::nullopt), "a");
  EXPECT_EQ(group_at(61, std::nullopt), "b");
}

TEST_F(DefinitionsTest, AreReadAtOnceWhereTheFilesWereWrittenAnew) {
  set_group("a");
  EXPECT_EQ(group_at(0, one_), "a");
  set_group("b");
  EXPECT_EQ(group_at(0, one_), "a");
  EXPECT_EQ(group_at(0, other_), "b");
}

TEST_F(DefinitionsTest, OfTheSameFilesAreOnlyCompletedAnewAndReadAtATenthOfThePace) {
  set_group("a");
  group_at(0, one_);
  set_group("b");
  const int completed = completed_;
  EXPECT_EQ(group_at(61, one_), "a");
  EXPECT_GT(completed_, completed) << "where its disks lie may be another place";
  EXPECT_EQ(group_at(500, one_), "a");
  EXPECT_EQ(group_at(700, one_), "b") << "what is written past libvirt is seen too";
}

TEST_F(DefinitionsTest, AreReadWhereThatIsAskedForWhateverTheFilesSay) {
  set_group("a");
  group_at(0, one_);
  set_group("b");
  definitions_.refresh(reading_.uuid);
  EXPECT_EQ(group_at(1, one_), "b");
}

}  // namespace
}  // namespace hotspot::collector
