#include "collectd-plugin/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collectd-plugin/config_items.h"

namespace hotspot::collector {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PluginConfig, MayBeEmpty) {
  const CheckedConfig checked = check({});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_EQ(checked.config.connection, "qemu:///system");
  EXPECT_EQ(checked.config.cluster, "default");
  EXPECT_EQ(checked.config.plugin_name, "virt");
  EXPECT_THAT(checked.config.hostname, ElementsAre(HostField::kName));
  EXPECT_THAT(checked.config.plugin_instance, IsEmpty());
  EXPECT_EQ(checked.config.redis.server.host, "127.0.0.1");
  EXPECT_EQ(checked.config.redis.server.port, 6379);
  EXPECT_TRUE(checked.config.domains.reports("any"));
}

TEST(PluginConfig, TakesTheOptionsOfTheVirtPlugin) {
  const CheckedConfig checked =
      check({item("Connection", text("qemu+tcp://h1/system")), item("HostnameFormat", text("uuid")),
             item("PluginInstanceFormat", text("name uuid")), item("RefreshInterval", 30.0),
             item("Domain", text("/^web/")), item("Domain", text("db")), item("BlockDevice", text("db:vda")),
             item("InterfaceDevice", text("vnet0")), item("IgnoreSelected", false)});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_EQ(checked.config.connection, "qemu+tcp://h1/system");
  EXPECT_THAT(checked.config.hostname, ElementsAre(HostField::kUuid));
  EXPECT_THAT(checked.config.plugin_instance, ElementsAre(HostField::kName, HostField::kUuid));
  EXPECT_EQ(checked.config.refresh_interval_seconds, 30);
  EXPECT_TRUE(checked.config.domains.reports("web1"));
  EXPECT_TRUE(checked.config.domains.reports("db"));
  EXPECT_FALSE(checked.config.domains.reports("mail"));
  EXPECT_TRUE(checked.config.block_devices.reports("db:vda"));
  EXPECT_FALSE(checked.config.interface_devices.reports("vnet1"));
}

TEST(PluginConfig, TakesItsOwnOptions) {
  const CheckedConfig checked = check(
      {item("Cluster", text("rack-1")), item("ActuatorURI", text("qemu+tcp://h1/system")),
       item("PluginName", text("libvirt")), item("KeyFile", text("/etc/hotspot/node.key")), item("Timeout", 0.5)});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_EQ(checked.config.cluster, "rack-1");
  EXPECT_EQ(checked.config.key_file, "/etc/hotspot/node.key");
  EXPECT_EQ(checked.config.actuator_uri, "qemu+tcp://h1/system");
  EXPECT_EQ(checked.config.plugin_name, "libvirt");
  EXPECT_EQ(checked.config.timeout_seconds, 0.5);
}

TEST(PluginConfig, TakesKeysInAnyCaseAsCollectdDoes) {
  const CheckedConfig checked = check({item("CLUSTER", text("a")), block("redis", {item("port", 1234.0)})});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_EQ(checked.config.cluster, "a");
  EXPECT_EQ(checked.config.redis.server.port, 1234);
}

TEST(PluginConfig, TurnsAllSelectionsRoundWhereverIgnoreSelectedStands) {
  const CheckedConfig checked = check({item("IgnoreSelected", true), item("Domain", text("db")),
                                       item("BlockDevice", text("vda")), item("InterfaceDevice", text("vnet0"))});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_FALSE(checked.config.domains.reports("db"));
  EXPECT_TRUE(checked.config.domains.reports("web"));
  EXPECT_FALSE(checked.config.block_devices.reports("vda"));
  EXPECT_FALSE(checked.config.interface_devices.reports("vnet0"));
}

TEST(PluginConfig, NamesAMistypedKeyWithItsBlockAndASuggestion) {
  const CheckedConfig checked = check({item("Conection", text("a")), block("Redis", {item("Prot", 1.0)})});
  EXPECT_THAT(checked.errors,
              ElementsAre("hotspot plugin: unknown key 'Conection' in <Plugin hotspot>, did you mean 'Connection'?",
                          "hotspot plugin: unknown key 'Prot' in <Redis>, did you mean 'Port'?"));
}

TEST(PluginConfig, SuggestsNothingWhereNothingIsNear) {
  EXPECT_THAT(check({item("Xyzzyx", text("disk"))}).errors,
              ElementsAre("hotspot plugin: unknown key 'Xyzzyx' in <Plugin hotspot>"));
}

TEST(PluginConfig, RefusesWrongTypes) {
  const CheckedConfig checked =
      check({item("Cluster", 5.0), item("Timeout", text("5 s")), item("IgnoreSelected", text("maybe")),
             item("Domain", true), block("Redis", {item("Port", text("redis"))})});
  EXPECT_THAT(checked.errors,
              ElementsAre("hotspot plugin: Cluster in <Plugin hotspot>: takes one string in quotation marks",
                          "hotspot plugin: Timeout in <Plugin hotspot>: takes one number",
                          "hotspot plugin: IgnoreSelected in <Plugin hotspot>: takes true or false",
                          "hotspot plugin: Domain in <Plugin hotspot>: takes one string in quotation marks",
                          "hotspot plugin: Port in <Redis>: takes one number"));
}

TEST(PluginConfig, RefusesAKeyFileThatCannotBeAFile) {
  for (const char* path : {"", "/etc/hotspot/"})
    EXPECT_THAT(check({item("KeyFile", text(path))}).errors,
                ElementsAre("hotspot plugin: KeyFile in <Plugin hotspot>: takes the path of a file"));
}

TEST(PluginConfig, RefusesNoValueAndMoreThanOne) {
  const ConfigItem none{.key = "Connection", .values = {}, .children = {}};
  const ConfigItem two{.key = "Domain", .values = {text("a"), text("b")}, .children = {}};
  EXPECT_THAT(
      check({none, two}).errors,
      ElementsAre(HasSubstr("Connection in <Plugin hotspot>: takes one string in quotation marks"),
                  HasSubstr("Domain in <Plugin hotspot>: takes one string in quotation marks, and is repeated")));
}

TEST(PluginConfig, RefusesWhatIsOutOfRangeAndSaysTheRange) {
  const CheckedConfig checked = check({item("Timeout", 0.0), item("RefreshInterval", -1.0),
                                       block("Redis", {item("Port", 70000.0), item("Port", 1.5), item("Timeout", 0.01),
                                                       item("MaxAge", 1.0), item("Backlog", 0.0)})});
  EXPECT_THAT(checked.errors,
              ElementsAre("hotspot plugin: Timeout in <Plugin hotspot>: must be from 0.05 to 3600",
                          "hotspot plugin: RefreshInterval in <Plugin hotspot>: must be from 0 to 86400",
                          "hotspot plugin: Port in <Redis>: must be from 1 to 65535",
                          "hotspot plugin: Port in <Redis>: must be a whole number",
                          "hotspot plugin: Timeout in <Redis>: must be from 0.05 to 60",
                          "hotspot plugin: MaxAge in <Redis>: must be from 10 to 2592000",
                          "hotspot plugin: Backlog in <Redis>: must be from 1 to 100000"));
}

TEST(PluginConfig, RefusesWordsThatAreNotAmongTheChoices) {
  const CheckedConfig checked =
      check({item("HostnameFormat", text("address")), item("PluginInstanceFormat", text("name hostname")),
             item("Cluster", text("a b")), item("Domain", text("/(/")), item("InterfaceFormat", text("mac")),
             item("ExtraStats", text("cpu_util dsk")), item("Source", text("qemu")),
             item("HostnameMetadataXPath", text("/a["))});
  EXPECT_THAT(checked.errors,
              ElementsAre(HasSubstr("'address' is not one of name, uuid, hostname and metadata"),
                          HasSubstr("'hostname' is not one of none, name, uuid and metadata"),
                          HasSubstr("'a b' is not a name for a cluster"), HasSubstr("is not a regular expression"),
                          HasSubstr("'mac' is not one of name, address and number"),
                          HasSubstr("'dsk' is not one of none, cpu_util, disk,"),
                          HasSubstr("'qemu' is not one of kernel and libvirt"), HasSubstr("is not an XPath")));
}

TEST(PluginConfig, TakesTheKeysOfTheVirtPlugin) {
  const CheckedConfig checked = check(
      {item("Connection", text("xen:///")), item("RefreshInterval", 30.0), item("Domain", text("a")),
       item("BlockDevice", text("/:hdb/")), item("InterfaceDevice", text("a:vnet0")), item("IgnoreSelected", true),
       item("BlockDeviceFormat", text("source")), item("BlockDeviceFormatBasename", true),
       item("HostnameFormat", text("name uuid")), item("InterfaceFormat", text("address")),
       item("PluginInstanceFormat", text("metadata")), item("HostnameMetadataNS", text("urn:x")),
       item("HostnameMetadataXPath", text("/vm/@name")), item("ReportBlockDevices", false),
       item("ReportNetworkInterfaces", false), item("ExtraStats", text("cpu_util vcpupin domain_state")),
       item("PersistentNotification", true), item("Instances", 4.0)});
  ASSERT_THAT(checked.errors, IsEmpty());
  const PluginConfig& config = checked.config;
  EXPECT_EQ(config.block_device_format, BlockDeviceFormat::kSourceBasename);
  EXPECT_THAT(config.hostname, ElementsAre(HostField::kName, HostField::kUuid));
  EXPECT_THAT(config.plugin_instance, ElementsAre(HostField::kMetadata));
  EXPECT_EQ(config.metadata.name_space, "urn:x");
  EXPECT_EQ(config.metadata.xpath, "/vm/@name");
  EXPECT_EQ(config.interface_format, InterfaceFormat::kAddress);
  EXPECT_EQ(config.block_devices_reported, Reporting::kNo);
  EXPECT_EQ(config.interfaces_reported, Reporting::kNo);
  EXPECT_TRUE(config.extra_stats.has(ExtraStat::kCpuUtil) && config.extra_stats.has(ExtraStat::kVcpuPin));
  EXPECT_FALSE(config.extra_stats.has(ExtraStat::kMemory)) << "ExtraStats takes the place of what is stored without it";
  EXPECT_TRUE(config.persistent_notification);
  EXPECT_THAT(checked.warnings, ElementsAre(HasSubstr("Instances in <Plugin hotspot> has no effect")));
}

TEST(PluginConfig, StoresWhereDomainsRunUnlessItIsToldNotTo) {
  EXPECT_EQ(check({}).config.places_reported, Reporting::kYes);
  EXPECT_EQ(check({item("ReportPlaces", false)}).config.places_reported, Reporting::kNo);
  EXPECT_THAT(check({item("ReportPlaces", text("perhaps"))}).errors, ElementsAre(HasSubstr("ReportPlaces")));
}

// virt gets what stands behind a key as one text, whatever its parts were written as.
TEST(PluginConfig, TakesWordsInOneStringOrInSeveral) {
  const auto several = [](const std::string& key, std::vector<const char*> words) {
    ConfigItem made{.key = key, .values = {}, .children = {}};
    for (const char* word : words) made.values.push_back(text(word));
    return made;
  };
  for (const auto& words : {std::vector<const char*>{"name", "uuid"}, {"name uuid"}, {" Name\t", "UUID"}}) {
    const CheckedConfig checked = check({several("HostnameFormat", words), several("PluginInstanceFormat", words)});
    EXPECT_THAT(checked.errors, IsEmpty());
    EXPECT_THAT(checked.config.hostname, ElementsAre(HostField::kName, HostField::kUuid));
    EXPECT_THAT(checked.config.plugin_instance, ElementsAre(HostField::kName, HostField::kUuid));
  }
  const CheckedConfig stats = check({several("ExtraStats", {"cpu_util disk", "memory"})});
  EXPECT_THAT(stats.errors, IsEmpty());
  for (const ExtraStat one : {ExtraStat::kCpuUtil, ExtraStat::kDisk, ExtraStat::kMemory})
    EXPECT_TRUE(stats.config.extra_stats.has(one));
  EXPECT_THAT(check({several("HostnameFormat", {"name", "dns"})}).errors,
              ElementsAre(HasSubstr("'dns' is not one of")));
  EXPECT_THAT(check({several("HostnameFormat", {})}).errors, ElementsAre(HasSubstr("takes one or more words")));
  EXPECT_THAT(check({several("HostnameFormat", {" "})}).errors, ElementsAre(HasSubstr("takes at least one of")));
  EXPECT_THAT(check({item("HostnameFormat", 5.0)}).errors, ElementsAre(HasSubstr("takes words")));
}

TEST(PluginConfig, JoinsTheNodesNameWithTheDomainsAsVirtDoes) {
  const CheckedConfig checked = check({item("HostnameFormat", text("hostname name"))});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_THAT(checked.config.hostname, ElementsAre(HostField::kHostname, HostField::kName));
  EXPECT_THAT(check({item("PluginInstanceFormat", text("name none uuid"))}).config.plugin_instance,
              ElementsAre(HostField::kName))
      << "none ends it";
}

TEST(PluginConfig, TakesNumbersAndTruthInQuotationMarks) {
  const CheckedConfig checked = check({item("RefreshInterval", text("30")), item("IgnoreSelected", text("Yes")),
                                       item("ReportBlockDevices", text("off")), item("Instances", text("4")),
                                       item("Domain", text("a")), block("Redis", {item("Port", text("6380"))})});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_EQ(checked.config.refresh_interval_seconds, 30);
  EXPECT_EQ(checked.config.block_devices_reported, Reporting::kNo);
  EXPECT_EQ(checked.config.redis.server.port, 6380);
  EXPECT_FALSE(checked.config.domains.reports("a"));
}

TEST(PluginConfig, WarnsOfAFormatThatGivesAllDomainsOneName) {
  const CheckedConfig checked = check({item("HostnameFormat", text("hostname"))});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_THAT(checked.warnings, ElementsAre(HasSubstr("would store all domains under one name")));
  EXPECT_THAT(checked.config.plugin_instance, ElementsAre(HostField::kName));
  EXPECT_THAT(check({item("HostnameFormat", text("hostname")), item("PluginInstanceFormat", text("uuid"))}).warnings,
              IsEmpty());
}

TEST(PluginConfig, WarnsOfWhatHasNoEffect) {
  EXPECT_THAT(check({item("BlockDeviceFormatBasename", true)}).warnings,
              ElementsAre(HasSubstr("BlockDeviceFormat source")));
  EXPECT_THAT(check({item("HostnameMetadataNS", text("urn:x"))}).warnings, ElementsAre(HasSubstr("has metadata")));
  EXPECT_THAT(check({item("PersistentNotification", true), item("ExtraStats", text("disk"))}).warnings,
              ElementsAre(HasSubstr("domain_state")));
}

TEST(PluginConfig, RefusesAKeyWithTwoValuesAndNamesBoth) {
  EXPECT_THAT(check({item("Cluster", text("a")), item("cluster", text("b"))}).errors,
              ElementsAre("hotspot plugin: Cluster in <Plugin hotspot> is given twice, as 'a' and as 'b': keep one of "
                          "them"));
  EXPECT_THAT(check({block("Redis", {item("Port", 1.0)}), block("Redis", {item("Port", 2.0)})}).errors,
              ElementsAre("hotspot plugin: Port in <Redis> is given twice, as '1' and as '2': keep one of them"));
  EXPECT_THAT(check({item("Timeout", 3.0), item("Timeout", text("3")), item("Domain", text("a")),
                     item("Domain", text("b")), item("ExtraStats", text("disk")), item("ExtraStats", text("memory"))})
                  .errors,
              IsEmpty());
}

TEST(PluginConfigBlocks, AreOneConfiguration) {
  ConfigBlocks blocks;
  blocks.add(block("Plugin", {item("Connection", text("qemu+tcp://h1/system")), item("Cluster", text("rack-1")),
                              item("HostnameFormat", text("hostname")), block("Redis", {item("Host", text("r1"))})}));
  const CheckedConfig all =
      blocks.add(block("Plugin", {item("Domain", text("web")), item("Cluster", text("rack-1")),
                                  item("PluginInstanceFormat", text("name")), block("Redis", {item("Port", 6380.0)})}));
  EXPECT_THAT(all.errors, IsEmpty());
  EXPECT_TRUE(blocks.is_right());
  EXPECT_THAT(all.warnings, IsEmpty()) << "the second block ends what the first alone would be warned of";
  EXPECT_EQ(all.config.connection, "qemu+tcp://h1/system");
  EXPECT_EQ(all.config.cluster, "rack-1");
  EXPECT_EQ(all.config.redis.server.host, "r1");
  EXPECT_EQ(all.config.redis.server.port, 6380);
  EXPECT_FALSE(all.config.domains.reports("db"));
}

TEST(PluginConfigBlocks, ThatContradictEachOtherAreAnErrorWithBothValues) {
  ConfigBlocks blocks;
  blocks.add(block("Plugin", {item("Cluster", text("rack-1"))}));
  EXPECT_THAT(blocks.add(block("Plugin", {item("Cluster", text("rack-2"))})).errors,
              ElementsAre(HasSubstr("as 'rack-1' and as 'rack-2'")));
  EXPECT_THAT(blocks.add(block("Plugin", {item("Domain", text("a"))})).errors, IsEmpty()) << "it was said";
  EXPECT_FALSE(blocks.is_right());
}

TEST(PluginConfig, RefusesANameForThePluginThatNoFileCanHave) {
  for (const char* name : {"", ".virt", "a/b", " virt", "..", "a\nb"})
    EXPECT_THAT(check({item("PluginName", text(name))}).errors,
                ElementsAre(HasSubstr("PluginName in <Plugin hotspot>: takes a name that a file can have")))
        << name;
}

TEST(PluginConfig, RefusesAnActuatorUriThatIsNone) {
  for (const char* uri : {"node1 example", "node1.example", "://x", "qemu+tls://", "qemu+tls://a\nb/system", "q!://a"})
    EXPECT_THAT(check({item("ActuatorURI", text(uri))}).errors,
                ElementsAre(AllOf(HasSubstr("ActuatorURI in <Plugin hotspot>: '"), HasSubstr("qemu+tls://node1"))))
        << uri;
  EXPECT_THAT(check({item("ActuatorURI", text(""))}).errors, ElementsAre(HasSubstr("leave it out")));
  for (const char* uri : {"qemu:///system", "qemu+ssh://root@h1:2222/system", "xen+tcp://[::1]/"})
    EXPECT_THAT(check({item("ActuatorURI", text(uri))}).errors, IsEmpty()) << uri;
}

TEST(PluginConfig, RefusesAConnectionThatCannotBeMeant) {
  EXPECT_THAT(check({item("Connection", text("qemu:///system "))}).errors, ElementsAre(HasSubstr("has blanks")));
  EXPECT_THAT(check({item("Connection", text("hail"))}).errors, IsEmpty()) << "an alias of libvirt.conf";
}

TEST(PluginConfig, TakesNoConnectionAsLibvirtsDefaultAndCallsItSo) {
  EXPECT_THAT(check({item("Connection", text(""))}).errors, IsEmpty());
  EXPECT_EQ(libvirt_at(""), "libvirt at its default URI");
  EXPECT_EQ(libvirt_at("xen:///"), "libvirt at xen:///");
}

TEST(PluginConfig, SaysWhereAKeyOfAnotherBlockStands) {
  EXPECT_THAT(check({item("Interval", 5.0)}).errors, ElementsAre(HasSubstr("it stands in <LoadPlugin hotspot>")));
  EXPECT_THAT(check({item("MaxAge", 60.0)}).errors, ElementsAre(HasSubstr("it stands in <Redis>")));
  EXPECT_THAT(check({item("DirtyRate", 60.0)}).errors, ElementsAre(HasSubstr("it stands in <GroupInterval>")));
  EXPECT_THAT(check({block("Redis", {item("Connection", text("x"))})}).errors,
              ElementsAre(HasSubstr("it stands in <Plugin hotspot>")));
}

TEST(PluginConfig, TellsBlocksFromValues) {
  EXPECT_THAT(check({item("Redis", text("127.0.0.1"))}).errors,
              ElementsAre("hotspot plugin: Redis in <Plugin hotspot>: is a block without a name: <Redis>, its keys, "
                          "</Redis>"));
  ConfigItem cluster = item("Cluster", text("a"));
  cluster.children.push_back(item("Name", text("b")));
  EXPECT_THAT(check({cluster}).errors, ElementsAre(HasSubstr("is no block")));
}

TEST(PluginConfig, RefusesSelectionsOfNothing) {
  for (const char* pattern : {"", "//"})
    EXPECT_THAT(check({item("Domain", text(pattern))}).errors,
                ElementsAre(HasSubstr("takes a name, or an expression")));
}

TEST(PluginConfig, SaysWhyAnExtraStatIsNotThere) {
  EXPECT_THAT(check({item("ExtraStats", text("fs_info"))}).errors, ElementsAre(HasSubstr("the guest's agent")));
  EXPECT_THAT(check({item("ExtraStats", text("job_stats_completed"))}).errors, ElementsAre(HasSubstr("from others")));
}

TEST(PluginConfig, ReadsExpensiveGroupsLessOftenUnlessItIsToldOtherwise) {
  const GroupSeconds usual = group_seconds(check({}).config.groups, 5);
  EXPECT_EQ(usual.memory, 10);
  EXPECT_EQ(usual.disks, 30);
  EXPECT_EQ(usual.jobs, 30);
  EXPECT_EQ(usual.dirty_rate, std::nullopt) << "measuring it disturbs migrations";
  const CheckedConfig told = check(
      {block("GroupInterval", {item("Memory", 0.0), item("Disk", 7.0), item("Job", 60.0), item("DirtyRate", 300.0)})});
  ASSERT_THAT(told.errors, IsEmpty());
  const GroupSeconds seconds = group_seconds(told.config.groups, 5);
  EXPECT_EQ(seconds.memory, 0);
  EXPECT_EQ(seconds.disks, 7);
  EXPECT_EQ(seconds.jobs, 60);
  EXPECT_EQ(seconds.dirty_rate, 300);
}

TEST(PluginConfig, TakesNoneAsNoPluginInstance) {
  const CheckedConfig checked = check({item("PluginInstanceFormat", text("none"))});
  EXPECT_THAT(checked.errors, IsEmpty());
  EXPECT_THAT(checked.config.plugin_instance, IsEmpty());
}

TEST(PluginConfig, FindsAllMistakesAtOnceAndKeepsTheRest) {
  const CheckedConfig checked = check({item("Cluter", text("a")), item("Timeout", -1.0), item("PluginName", text("x")),
                                       block("Redis", {item("Hots", text("b")), item("Backlog", 7.0)})});
  EXPECT_EQ(checked.errors.size(), 3u) << ::testing::PrintToString(checked.errors);
  EXPECT_EQ(checked.config.plugin_name, "x");
  EXPECT_EQ(checked.config.redis.backlog, 7);
}

}  // namespace
}  // namespace hotspot::collector
