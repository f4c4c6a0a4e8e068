// Under which names domains are stored, also where the formats of the configuration give several one name.
#include "collectd-plugin/stored_domains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace hotspot::collector {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kUuidA = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr const char* kUuidB = "bbbbbbbb-0000-4000-8000-000000000002";
constexpr const char* kUuidC = "cccccccc-0000-4000-8000-000000000003";

DomainReading domain(const std::string& name, const std::string& uuid, const std::string& metadata = "") {
  DomainReading made;
  made.name = name;
  made.uuid = uuid;
  made.definition = std::make_shared<DomainDefinition>(DomainDefinition{.metadata_name = metadata});
  return made;
}

class StoredDomainsTest : public ::testing::Test {
 protected:
  // "host/instance" of each.
  std::vector<std::string> names(const std::vector<DomainReading>& domains) {
    std::vector<std::string> names;
    for (const StoredDomain& one : stored_.of(domains)) names.push_back(one.host + "/" + one.plugin_instance);
    const StoredDomains::Notes notes = stored_.take_notes();
    warnings_ = notes.warnings;
    infos_ = notes.infos;
    return names;
  }
  void by(std::vector<HostField> host, std::vector<HostField> instance = {}) {
    config_.hostname = std::move(host);
    config_.plugin_instance = std::move(instance);
    stored_ = StoredDomains(config_);
  }

  PluginConfig config_;
  StoredDomains stored_{config_};
  std::vector<std::string> warnings_, infos_;
};

TEST_F(StoredDomainsTest, AreNamedAsTheFormatsSay) {
  config_.own_host = "h1";
  by({HostField::kName, HostField::kUuid});
  EXPECT_THAT(names({domain("web", kUuidA)}), ElementsAre(std::string("web:") + kUuidA + "/"));
  by({HostField::kHostname}, {HostField::kName});
  EXPECT_THAT(names({domain("web", kUuidA)}), ElementsAre("/web")) << "no host: collectd's own";
  by({HostField::kHostname, HostField::kName});
  EXPECT_THAT(names({domain("web", kUuidA)}), ElementsAre("h1:web/"));
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_THAT(infos_, IsEmpty());
}

TEST_F(StoredDomainsTest, OfOneNameGetTheBeginOfTheirUuid) {
  by({HostField::kMetadata});
  EXPECT_THAT(names({domain("a", kUuidA, "shop"), domain("b", kUuidB, "shop"), domain("c", kUuidC, "blog")}),
              ElementsAre("shop-aaaaaaaa/", "shop-bbbbbbbb/", "blog/"));
  EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("domain a (aaaaaaaa-"), HasSubstr("domain b (bbbbbbbb-"),
                                           HasSubstr("'shop'"), HasSubstr("'shop-aaaaaaaa' and 'shop-bbbbbbbb'"))));
}

TEST_F(StoredDomainsTest, KeepTheirNamesWhateverTheOrderAndWhoLeaves) {
  by({HostField::kMetadata});
  names({domain("a", kUuidA, "shop"), domain("b", kUuidB, "shop")});
  EXPECT_THAT(names({domain("b", kUuidB, "shop"), domain("a", kUuidA, "shop")}),
              ElementsAre("shop-bbbbbbbb/", "shop-aaaaaaaa/"));
  EXPECT_THAT(warnings_, IsEmpty()) << "it was said";
  EXPECT_THAT(names({domain("a", kUuidA, "shop")}), ElementsAre("shop-aaaaaaaa/"));
  EXPECT_THAT(infos_, ElementsAre(HasSubstr("no two domains are stored under the name 'shop' any more")));
  EXPECT_THAT(names({domain("a", kUuidA, "shop"), domain("c", kUuidC, "shop")}),
              ElementsAre("shop-aaaaaaaa/", "shop-cccccccc/"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("domain c (cccccccc-")));
  EXPECT_THAT(names({}), IsEmpty());
  EXPECT_THAT(names({domain("a", kUuidA, "shop")}), ElementsAre("shop/")) << "it was started anew, alone";
}

TEST_F(StoredDomainsTest, CollideAlsoByAMetadataNameThatIsAnothersName) {
  by({HostField::kMetadata});
  EXPECT_THAT(names({domain("shop", kUuidA), domain("b", kUuidB, "shop")}),
              ElementsAre("shop-aaaaaaaa/", "shop-bbbbbbbb/"));
}

TEST_F(StoredDomainsTest, CollideByWhatIsLeftOfTheirNames) {
  EXPECT_THAT(names({domain("a/b", kUuidA), domain("a_b", kUuidB), domain(".x", kUuidC)}),
              ElementsAre("a_b-aaaaaaaa/", "a_b-bbbbbbbb/", "_x/"));
  const std::string long_a(200, 'p'), long_b = std::string(199, 'p') + "q";
  const auto shortened = names({domain(long_a, kUuidA), domain(long_b, kUuidB)});
  EXPECT_NE(shortened[0], shortened[1]);
  EXPECT_EQ(shortened[0].size(), 128u) << "with the slash of this test";
}

TEST_F(StoredDomainsTest, GetTheWholeUuidWhereItsBeginIsNotEnough) {
  by({HostField::kMetadata});
  const std::string one = "12345678-0000-4000-8000-000000000001", two = "12345678-0000-4000-8000-000000000002";
  EXPECT_THAT(names({domain("a", one, "x"), domain("b", two, "x")}), ElementsAre("x-" + one + "/", "x-" + two + "/"));
  EXPECT_THAT(names({domain("a", kUuidA, "y"), domain("b", kUuidB, "y"), domain("c", kUuidC, "y-aaaaaaaa")}),
              ElementsAre(std::string("y-") + kUuidA + "/", "y-bbbbbbbb/", "y-aaaaaaaa-cccccccc/"));
}

TEST_F(StoredDomainsTest, AreToldApartInThePluginInstanceWhereTheHostIsCollectdsOwn) {
  by({HostField::kHostname}, {HostField::kMetadata});
  EXPECT_THAT(names({domain("a", kUuidA, "x"), domain("b", kUuidB, "x")}), ElementsAre("/x-aaaaaaaa", "/x-bbbbbbbb"));
  by({HostField::kHostname});
  EXPECT_THAT(names({domain("a", kUuidA), domain("b", kUuidB)}), ElementsAre("/aaaaaaaa", "/bbbbbbbb"));
}

TEST_F(StoredDomainsTest, StillFitWithTheirUuid) {
  by({HostField::kMetadata});
  const std::string name(127, 'n');
  for (const std::string& one : names({domain("a", kUuidA, name), domain("b", kUuidB, name)}))
    EXPECT_EQ(one.size(), 128u) << one;
}

TEST_F(StoredDomainsTest, KeepClearOfTheNodesOwnValues) {
  config_.own_host = "h1";
  config_.plugin_name = "hotspot";
  by({HostField::kName});
  EXPECT_THAT(names({domain("h1", kUuidA), domain("web", kUuidB)}), ElementsAre("h1-aaaaaaaa/", "web/"));
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("the node itself")));
}

TEST_F(StoredDomainsTest, OfManyWithOneNameAreSaidInOneSentence) {
  by({HostField::kMetadata});
  std::vector<DomainReading> many;
  for (int i = 0; i < 50; ++i)
    many.push_back(domain("d" + std::to_string(i), std::to_string(10000000 + i) + "-0000-4000-8000-000000000000", "x"));
  std::vector<std::string> all = names(many);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("domain d3"), HasSubstr("and 46 more"))));
}

TEST_F(StoredDomainsTest, SayOnceWhatIsStoredOtherwiseThanItIs) {
  EXPECT_THAT(names({domain(".hidden", kUuidA), domain(std::string(128, 'p'), kUuidB), domain("web", kUuidC)}),
              ElementsAre("_hidden/", HasSubstr("ppp-"), "web/"));
  EXPECT_THAT(infos_, ElementsAre(HasSubstr("domain '.hidden' is stored as '_hidden'"),
                                  AllOf(HasSubstr("is stored as 'ppp"), HasSubstr("at most 127 bytes"))));
  names({domain(std::string(128, 'p'), kUuidB), domain(".hidden", kUuidA)});
  EXPECT_THAT(infos_, IsEmpty());
}

TEST_F(StoredDomainsTest, SayAFewOfManyAndCountTheRest) {
  std::vector<DomainReading> many;
  for (int i = 0; i < 30; ++i) many.push_back(domain("." + std::to_string(i), "uuid-" + std::to_string(i)));
  names(many);
  ASSERT_EQ(infos_.size(), 6u);
  EXPECT_THAT(infos_.back(), HasSubstr("25 more names"));
}

TEST_F(StoredDomainsTest, KeepTheirDevicesApart) {
  config_.block_device_format = BlockDeviceFormat::kSourceBasename;
  config_.interface_format = InterfaceFormat::kAddress;
  by({HostField::kName});
  DomainReading one = domain("web", kUuidA);
  one.disks.resize(3);
  one.disks[0].device = "vda", one.disks[0].source = "/a/disk.img";
  one.disks[1].device = "vdb", one.disks[1].source = "/b/disk.img";
  one.disks[2].device = "sda", one.disks[2].source = "/b/cd.iso";
  one.interfaces.resize(2);
  one.interfaces[0].device = "vnet7", one.interfaces[1].device = "vnet8";
  one.definition = std::make_shared<DomainDefinition>(DomainDefinition{
      .interfaces = {{"vnet7", "52:54:00:00:00:01", "bridge"}, {"vnet8", "52:54:00:00:00:01", "bridge"}}});
  const StoredDomain stored = stored_.of({one}).at(0);
  EXPECT_THAT(stored.disks, ElementsAre("disk.img-vda", "disk.img-vdb", "cd.iso"));
  EXPECT_THAT(stored.interfaces, ElementsAre("52:54:00:00:00:01-1", "52:54:00:00:00:01-2"));
  EXPECT_THAT(stored_.take_notes().infos,
              ElementsAre(HasSubstr("a disk of domain web by the name 'disk.img' is stored as 'disk.img-vda'"),
                          HasSubstr("'52:54:00:00:00:01' is stored as '52:54:00:00:00:01-1': it has two")));
  stored_.of({one});
  EXPECT_THAT(stored_.take_notes().infos, IsEmpty());
}

}  // namespace
}  // namespace hotspot::collector
