// A report as people read it: table, JSON and a page of HTML, with texts of strangers in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "actuator/ctl/report/html.h"
#include "actuator/ctl/report/json.h"
#include "actuator/ctl/report/text.h"
#include "actuator/ctl/screen.h"
#include "tests/support/build_cluster.h"

namespace hotspot::ctl::report {
namespace {

using hotspot::testing::kNow;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHostile = "<script>alert('&\"')</script>\x1b[31m\u202e";

class ReportPageTest : public ::testing::Test {
 protected:
  ReportPageTest() {
    RuleReport rule;
    rule.rule = kHostile;
    rule.verdict = Verdict::kNotYet;
    rule.reasons = {std::string("because of ") + kHostile};
    rule.firings = 3;
    rule.hot = minutes(70);
    rule.hot_any = minutes(60);
    rule.longest = minutes(30);
    rule.all_subjects = 2;
    rule.subjects = {{kHostile, minutes(40), 2}};
    rule.recommended = {.made = 10,
                        .good = 7,
                        .useless = 2,
                        .wrong = 0,
                        .by_reason = {{Reason::kOverBefore, 2}, {Reason::kTooRecent, 1}}};
    rule.done = {.made = 1, .wrong = 1, .by_reason = {{Reason::kFailed, 1}}};
    rule.could_avoid = minutes(50);
    rule.refused = {{kHostile, 1}};
    rule.nothing_possible = 1;
    rule.bad = {{.done = true,
                 .fate = Fate::kWrong,
                 .reason = Reason::kFailed,
                 .at = kNow,
                 .id = "a1",
                 .rule = kHostile,
                 .subject = kHostile,
                 .domain = kHostile,
                 .step = "migrate to h2",
                 .words = kHostile}};
    report_.rules = {rule};
    report_.reach.from = report_.data_from = kNow - hours(24 * 7);
    report_.reach.until = kNow;
    report_.remarks = {std::string("a remark of ") + kHostile};
    about_ = {.cluster = kHostile, .mode = "recommend", .made_at = kNow, .version = "1.0", .time = [](WallTime) {
                return std::string("2027-01-15 08:00:00");
              }};
  }

  Report report_;
  About about_;
};

TEST_F(ReportPageTest, ThePageShowsWhatStrangersWroteAndDoesNotObeyIt) {
  const std::string page = as_html(report_, about_);
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;\\x1b[31m\\u202e"));
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x1b")), Not(HasSubstr("\u202e"))));
}

// Nothing is fetched when the mail is opened, and nothing runs.
TEST_F(ReportPageTest, ThePageHasNoScriptAndNoAddressOutside) {
  const std::string page = as_html(report_, about_);
  const std::regex tag("<[^>]*>");
  for (auto one = std::sregex_iterator(page.begin(), page.end(), tag); one != std::sregex_iterator(); ++one) {
    for (const char* part : {":/", "//", "src=", "href=", " on", "javascript"})
      EXPECT_THAT(one->str(), Not(HasSubstr(part)));
  }
  EXPECT_THAT(page, AllOf(Not(HasSubstr("url(")), Not(HasSubstr("@import")), Not(HasSubstr("http"))));
}

TEST_F(ReportPageTest, ThePageIsWholeAndForLightAndDark) {
  const std::string page = as_html(report_, about_);
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(page, HasSubstr("<span class=\"verdict not_yet\">not yet</span>"));
  EXPECT_THAT(page, HasSubstr("10 judged: 7 good, 2 useless, 1 wrong"));
  EXPECT_THAT(page,
              HasSubstr("<span class=\"good\" style=\"width:70%\"></span><span class=\"useless\" style=\"width:20%\">"
                        "</span><span class=\"wrong\" style=\"width:10%\"></span>"));
  // Each element that is opened is closed.
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-z0-9]+)[^>]*>");
  for (auto one = std::sregex_iterator(page.begin(), page.end(), tag); one != std::sregex_iterator(); ++one) {
    const std::string name = (*one)[2];
    if (name == "meta" || name == "br") continue;
    if ((*one)[1].length() == 0) {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << name;
      EXPECT_EQ(open.back(), name);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST_F(ReportPageTest, ATableFitsIntoEightyColumnsAndShowsNoControls) {
  screen().width = 80;
  const std::string text = as_table(report_, about_);
  screen().width = 0;
  EXPECT_THAT(text, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\u202e"))));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    std::size_t columns = 0;
    for (std::size_t i = begin; i < end; ++i) columns += (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U ? 1 : 0;
    EXPECT_LE(columns, 80u) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST_F(ReportPageTest, APredictionIsNeverShownAsAFact) {
  EXPECT_THAT(as_table(report_, about_), AllOf(HasSubstr("≈ 50 min"), HasSubstr("A prediction: nothing was done.")));
  EXPECT_THAT(as_html(report_, about_), AllOf(HasSubstr("≈ 50 min"), HasSubstr("A prediction: nothing was done.")));
  EXPECT_EQ(as_json(report_, about_)["rules"][0]["predicted_avoidable_seconds"], 3000);
}

TEST_F(ReportPageTest, JsonSaysWhatThereIs) {
  const auto json = as_json(report_, about_);
  EXPECT_EQ(json["rules"][0]["rule"], kHostile);
  EXPECT_EQ(json["rules"][0]["verdict"], "not yet");
  EXPECT_EQ(json["rules"][0]["recommended"]["reasons"]["over_before_it_paid_off"], 2);
  EXPECT_TRUE(json["rules"][0]["duration_error_seconds"].is_null()) << "nothing was measured";
  EXPECT_EQ(json["rules"][0]["bad"][0]["fate"], "wrong");
}

}  // namespace
}  // namespace hotspot::ctl::report
