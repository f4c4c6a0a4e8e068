#include "collectd-plugin/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::collector {
namespace {

using ::testing::HasSubstr;

Selection selection(const std::vector<std::string>& patterns) {
  Selection made;
  for (const std::string& pattern : patterns) {
    const auto wrong = made.add(pattern);
    EXPECT_FALSE(wrong) << *wrong;
  }
  return made;
}

TEST(Selection, ReportsEverythingWhenNothingIsSelected) {
  Selection nothing;
  EXPECT_TRUE(nothing.reports("vm"));
  nothing.ignore_selected(true);
  EXPECT_TRUE(nothing.reports("vm")) << "to ignore what was selected ignores nothing";
}

TEST(Selection, ReportsANameThatIsTheWholeName) {
  const Selection names = selection({"web", "db"});
  EXPECT_TRUE(names.reports("web"));
  EXPECT_TRUE(names.reports("db"));
  EXPECT_FALSE(names.reports("web1"));
  EXPECT_FALSE(names.reports("WEB"));
  EXPECT_FALSE(names.reports(""));
}

TEST(Selection, FindsAnExpressionAnywhereInTheName) {
  const Selection expressions = selection({"/^web[0-9]+$/", "/-(prod|test)/"});
  EXPECT_TRUE(expressions.reports("web17"));
  EXPECT_FALSE(expressions.reports("myweb17"));
  EXPECT_TRUE(expressions.reports("db-prod-3"));
  EXPECT_FALSE(expressions.reports("db-dev-3"));
}

TEST(Selection, MixesNamesAndExpressions) {
  const Selection both = selection({"db", "/^web/"});
  EXPECT_TRUE(both.reports("db"));
  EXPECT_TRUE(both.reports("web1"));
  EXPECT_FALSE(both.reports("db1"));
}

TEST(Selection, TurnsRoundWithIgnoreSelected) {
  Selection ignored = selection({"db", "/^web/"});
  ignored.ignore_selected(true);
  EXPECT_FALSE(ignored.reports("db"));
  EXPECT_FALSE(ignored.reports("web1"));
  EXPECT_TRUE(ignored.reports("other"));
}

TEST(Selection, TakesOneSlashAsAName) {
  const Selection slash = selection({"/", "/dev"});
  EXPECT_TRUE(slash.reports("/"));
  EXPECT_TRUE(slash.reports("/dev"));
  EXPECT_FALSE(slash.reports("dev"));
}

TEST(Selection, RefusesAWrongExpressionWithASentence) {
  Selection selection;
  const auto wrong = selection.add("/web[/");
  ASSERT_TRUE(wrong);
  EXPECT_THAT(*wrong, HasSubstr("'/web[/' is not a regular expression: "));
}

TEST(Selection, KnowsADeviceByItsNameAndByItsDomainsNameBeforeIt) {
  const Selection devices = selection({"vda", "db:vdb", "/^web.*:vdc$/"});
  EXPECT_TRUE(devices.reports_device("any", "vda"));
  EXPECT_TRUE(devices.reports_device("db", "vdb"));
  EXPECT_FALSE(devices.reports_device("web1", "vdb"));
  EXPECT_TRUE(devices.reports_device("web1", "vdc"));
  EXPECT_FALSE(devices.reports_device("db", "vdc"));
}

TEST(Selection, IgnoresADeviceByEitherNameToo) {
  Selection devices = selection({"vda", "db:vdb"});
  devices.ignore_selected(true);
  EXPECT_FALSE(devices.reports_device("any", "vda"));
  EXPECT_FALSE(devices.reports_device("db", "vdb"));
  EXPECT_TRUE(devices.reports_device("web", "vdb"));
}

}  // namespace
}  // namespace hotspot::collector
