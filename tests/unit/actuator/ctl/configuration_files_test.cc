#include "actuator/ctl/configuration_files.h"
#include "actuator/rules/language/diagnostic.h"

#include <gmock/gmock.h>

namespace hotspot::ctl {
namespace {

TEST(ConfigurationFiles, AreKnownByTheirKeysNotByTheirNames) {
  EXPECT_TRUE(is_configuration({"rules.yml", "# a comment\ncluster: a\nredis: {port: 1}\n"}));
  EXPECT_FALSE(is_configuration({"hotspotd.yaml", "groups:\n- name: x\n"}));
  EXPECT_FALSE(is_configuration({"x.yml", "groups:\n- name: x\nmode: enforce\n"}));  // a mistake in a rule file
  EXPECT_FALSE(is_configuration({"x.yml", "gruops:\n- name: x\n  rules: []\n"}));    // rules: not at the top
  EXPECT_FALSE(is_configuration({"empty.yml", ""}));
}

TEST(ConfigurationFiles, AreTakenOutAndTheOthersKeepTheirOrder) {
  std::vector<rules::SourceFile> files{{"a", "groups: []"}, {"b", "redis: {}"}, {"c", "groups: []"}};
  const auto taken = take_configurations(files);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].path, "b");
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[1].path, "c");
}

}  // namespace
}  // namespace hotspot::ctl
