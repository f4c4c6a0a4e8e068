// What graphite-web gets of an event: it fits its tables, and has the tags that dashboards ask for.
#include "actuator/io/graphite/event_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hotspot::io {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

constexpr const char* kUuid = "c1d5a5a8-32ba-4c4e-9c1c-1f2b3a4d5e6f";

ports::Event migration() {
  return {.kind = "done",
          .sentence = "domain web1 on h1: migrate to h2 done after 12 s",
          .at = WallTime(Milliseconds(1'700'000'000'999)),
          .cluster = "rack7",
          .node = "h1.example.net",
          .target = "h2.example.net",
          .domain = "web1",
          .domain_uuid = kUuid,
          .rule = "NodeCpuHot",
          .action = "migrate"};
}

TEST(EventJson, HasTagsForEachNameThatItConcerns) {
  EXPECT_THAT(event_tags(migration(), '_'),
              ElementsAre("hotspot", "done", "@web1", "@h1_example_net", "@rack7", "@h2_example_net",
                          std::string("@") + kUuid, "migrate", "NodeCpuHot"));
  EXPECT_THAT(event_tags(migration(), '-'), Contains("@h1-example-net"));
}

TEST(EventJson, IsWhatGraphiteWebTakes) {
  const auto json = nlohmann::json::parse(event_json(migration(), '_'));
  EXPECT_EQ(json.at("what"), "domain web1 on h1: migrate to h2 done after 12 s");
  EXPECT_EQ(json.at("when"), 1'700'000'000);
  EXPECT_EQ(json.at("data"), "rule NodeCpuHot, cluster rack7");
  EXPECT_EQ(json.at("tags").size(), 9u);
}

TEST(EventJson, ANameMakesNeitherTwoTagsNorBreaksThem) {
  auto odd = migration();
  odd.domain = "a b,c\"d\n\x1b[31m\xff";
  for (const std::string& tag : event_tags(odd, '_'))
    EXPECT_EQ(tag.find_first_of(" ,\"\n\x1b\xff"), std::string::npos) << tag;
  odd.sentence = "a\nb \xff";
  EXPECT_EQ(nlohmann::json::parse(event_json(odd, '_')).at("what"), "a\\x0ab \\xff");
}

TEST(EventJson, ANameThatIsTooLongIsNoTagAndTheOthersStay) {
  auto longest = migration();
  longest.domain = std::string(50, 'd');
  EXPECT_THAT(event_tags(longest, '_'), Not(Contains("@" + std::string(50, 'd'))));
  EXPECT_THAT(event_tags(longest, '_'), Contains(std::string("@") + kUuid));
  longest.domain = std::string(49, 'd');
  EXPECT_THAT(event_tags(longest, '_'), Contains("@" + std::string(49, 'd')));
}

TEST(EventJson, AllTagsTogetherHaveRoomAndWhatIsNeededMostComesFirst) {
  auto longest = migration();
  longest.domain = std::string(49, 'd'), longest.node = std::string(49, 'n'), longest.target = std::string(49, 't');
  longest.cluster = std::string(49, 'c'), longest.rule = std::string(50, 'r');
  std::size_t all = 0;
  for (const std::string& tag : event_tags(longest, '_')) all += tag.size() + 1;
  EXPECT_LE(all - 1, kMostTagsCharacters);
  EXPECT_THAT(event_tags(longest, '_'), Contains("@" + std::string(49, 't')));
  longest.sentence = std::string(1000, 's');
  EXPECT_LE(nlohmann::json::parse(event_json(longest, '_')).at("what").get<std::string>().size(), 255u);
}

TEST(EventJson, ANameThatTwoHaveIsOneTag) {
  auto same = migration();
  same.node = "web1";
  const auto tags = event_tags(same, '_');
  EXPECT_EQ(std::count(tags.begin(), tags.end(), "@web1"), 1);
}

}  // namespace
}  // namespace hotspot::io
