#include "actuator/ctl/output.h"

#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <random>

#include "common/text/characters.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

// As libvirt takes them for a domain, and as operators' programs may send them for an owner or a reason.
const std::string kStranger =
    "web\x1b[2J\n\xc2\x9b\x7f\xe2\x80\xae\xf3\xa0\x80\xa1\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81";

// Nothing but newlines that a terminal would obey.
void expect_plain(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const text::Character next = text::first_character(rest);
    ASSERT_TRUE(next.valid) << text;
    ASSERT_TRUE(next.code == '\n' || !text::is_invisible(next.code)) << ::testing::PrintToString(std::string(text));
    rest.remove_prefix(next.bytes);
  }
}

TEST(Output, ATableShowsNamesOfStrangersInOneCellEach) {
  const std::string text = table({{"DOMAIN\x1b"}, {"CPU", true}}, {{kStranger, "5 %"}, {"web2", "\n\x1b"}});
  expect_plain(text);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_THAT(text, ::testing::HasSubstr("web\\x1b[2J\\x0a\\u009b\\x7f\\u202e\\U000e0021"));
}

TEST(Output, ALineThatIsToBeComparedIsShownWholeUpTo64KiBAndSaysWhatIsLeftOut) {
  const std::string long_line(5000, 'a'), longest(65'535, 'a');
  EXPECT_EQ(whole_lines("exp: " + long_line + "\ngot: " + long_line + "\n"),
            "exp: " + long_line + "\ngot: " + long_line + "\n");
  EXPECT_EQ(whole_lines(longest + "b\nc"), longest + "b\nc");
  EXPECT_EQ(whole_lines(longest + "\u00e9b\nc\x1b"), longest + "… (3 bytes more of this line)\nc\\x1b");
}

TEST(Output, ColumnsStayUnderEachOtherWithWideNames) {
  EXPECT_EQ(table({{"DOMAIN"}, {"NODE"}}, {{"数据库", "h1"}, {"e\xcc\x81t\xcc\x81", "h2"}, {"web-long", "h3"}}),
            "DOMAIN    NODE\n"
            "数据库    h1\n"
            "e\xcc\x81t\xcc\x81        h2\n"
            "web-long  h3\n");
}

TEST(Output, JsonAndYamlSayWhatThereIsAndTheTerminalObeysNoneOfIt) {
  const Json json = {{"name", kStranger}, {kStranger, 1}, {"list", {kStranger}}};
  const std::string as_json = to_text(json, Format::kJson), as_yaml = to_text(json, Format::kYaml);
  expect_plain(as_json);
  expect_plain(as_yaml);
  EXPECT_EQ(Json::parse(as_json), json);
  const YAML::Node yaml = YAML::Load(as_yaml);
  EXPECT_EQ(yaml["name"].as<std::string>(), kStranger);
  EXPECT_EQ(yaml[kStranger].as<int>(), 1);
  EXPECT_EQ(yaml["list"][0].as<std::string>(), kStranger);
}

TEST(Output, YamlKeepsWhatIsNothingTrueANumberOrAText) {
  const Json json = {{"nothing", nullptr}, {"on", true}, {"number", 0.5}, {"text", "null"}, {"also", "true"}};
  EXPECT_EQ(to_text(json, Format::kYaml), "also: \"true\"\nnothing: null\nnumber: 0.5\n\"on\": true\ntext: \"null\"\n");
}

TEST(Output, NamesOfAListAreALineEach) {
  const Json list = Json::array({{{"name", "web1"}, {"uuid", "x"}},
                                 {{"id", "1-0"}, {"name", "of something"}},
                                 {{"rule", "Hot"}},
                                 {{"other", 1}},
                                 5});
  EXPECT_EQ(to_text(list, Format::kName), "web1\n1-0\nHot\n");
}

TEST(Output, WhateverANameHoldsATableIsPlainText) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string name;
    for (std::size_t length = random() % 12; length > 0; --length) name += static_cast<char>(random() % 256);
    const std::string text = table({{"A"}, {"B"}}, {{name, name}});
    expect_plain(text);
    ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << ::testing::PrintToString(name);
  }
}

}  // namespace
}  // namespace hotspot::ctl
