// What a leader tells the next one about domains on two nodes.
#include "actuator/record/two_nodes.h"

#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

const OnTwoNodes kOne{.domain_uuid = "u-1",
                      .domain_name = "web1",
                      .places = {{"n-1", "h1"}, {"n-2", "h2"}},
                      .since = from_unix_ms(1'800'000'000'000),
                      .certain = true};

TEST(OnTwoNodes, IsReadAsItWasWritten) {
  const auto read = on_two_nodes_from_json(to_json({kOne}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, std::vector{kOne});
  EXPECT_EQ(to_json(std::vector<OnTwoNodes>{}), "") << "nothing to tell removes the field";
  EXPECT_TRUE(on_two_nodes_from_json("")->empty());
}

TEST(OnTwoNodes, AreKeptUpToABound) {
  const std::vector<OnTwoNodes> many(kMostOnTwoNodes + 5, kOne);
  EXPECT_EQ(on_two_nodes_from_json(to_json(many))->size(), kMostOnTwoNodes);
}

TEST(OnTwoNodes, IsNotReadFromWhatIsNoneOfThem) {
  for (const char* text : {"{", "7", "{}", "[1]", R"([{"domain":"a"}])", R"([{"domain_uuid":1}])"})
    EXPECT_FALSE(on_two_nodes_from_json(text).ok()) << text;
}

}  // namespace
}  // namespace hotspot::record
