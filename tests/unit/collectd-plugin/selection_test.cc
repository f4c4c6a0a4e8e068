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
  nothing.ignore_selected();
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
  ignored.ignore_selected();
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
  devices.ignore_selected();
  EXPECT_FALSE(devices.reports_device("any", "vda"));
  EXPECT_FALSE(devices.reports_device("db", "vdb"));
  EXPECT_TRUE(devices.reports_device("web", "vdb"));
}

TEST(Selection, AnswersForAnExpressionThatBacktrackingWouldNeverEnd) {
  const Selection bad = selection({"/^([a-z]+)+$/", "/^(a|aa)*c$/"});
  EXPECT_FALSE(bad.reports(std::string(40, 'a') + "!"));
  EXPECT_FALSE(bad.reports(std::string(100'000, 'a') + "!"));
  EXPECT_TRUE(bad.reports(std::string(40, 'a')));
}

TEST(Selection, RemembersTheAnswerByNameWithinABound) {
  const Selection expressions = selection({"/^web/"});
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(expressions.reports("web1"));
    EXPECT_FALSE(expressions.reports("db1"));
  }
  EXPECT_EQ(expressions.remembered(), 2U);
  for (std::size_t i = 0; i < 2 * Selection::kMaxRemembered + 5; ++i) {
    EXPECT_TRUE(expressions.reports("web" + std::to_string(i)));
    ASSERT_LE(expressions.remembered(), Selection::kMaxRemembered);
  }
  expressions.reports(std::string(100'000, 'x'));
  EXPECT_LE(expressions.remembered(), Selection::kMaxRemembered);
}

TEST(Selection, TakesClassesOfPosixAndOfPerl) {
  EXPECT_TRUE(selection({"/^[[:alpha:]]+-[[:digit:]]{2}$/"}).reports("web-17"));
  EXPECT_TRUE(selection({R"(/^vm\d+$/)"}).reports("vm12"));
  EXPECT_FALSE(selection({R"(/^vm\d+$/)"}).reports("vmd"));
  EXPECT_TRUE(selection({R"(/\<web\>/)"}).reports("my-web-1"));
  EXPECT_FALSE(selection({R"(/\<web\>/)"}).reports("myweb1"));
  EXPECT_TRUE(selection({"/^a[[.-.]]b[[=c=]]$/"}).reports("a-bc"));
  EXPECT_TRUE(selection({R"(/^[\.\]]+$/)"}).reports("."));
  EXPECT_TRUE(selection({"/(?i)^WEB/"}).reports("web1"));
  EXPECT_TRUE(selection({"/^[^]a]$/"}).reports("b"));
  EXPECT_TRUE(selection({"/^b.r$/"}).reports("bür"));
}

TEST(Selection, TakesAtMostSoManyAsPosixWritesIt) {
  const Selection at_most = selection({"/^web[0-9]{,2}$/"});
  EXPECT_TRUE(at_most.reports("web"));
  EXPECT_TRUE(at_most.reports("web12"));
  EXPECT_FALSE(at_most.reports("web123"));
  EXPECT_TRUE(selection({R"(/^web\{,2}$/)"}).reports("web{,2}")) << "an escaped brace is text";
  EXPECT_TRUE(selection({"/^web{,x}$/"}).reports("web{,x}")) << "and so is what has no number";
  EXPECT_TRUE(selection({"/^[{,2}]$/"}).reports(","));
}

TEST(Selection, RefusesWhatLinearTimeCannotDo) {
  Selection selection;
  const auto wrong = selection.add(R"(/^(a+)\1$/)");
  ASSERT_TRUE(wrong);
  EXPECT_THAT(*wrong, HasSubstr(R"(unknown escape '\1')"));
}

}  // namespace
}  // namespace hotspot::collector
