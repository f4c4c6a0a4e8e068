#include "actuator/record/node_position.h"

#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

// As hotspotd 0.1 wrote it.
constexpr const char* kOnePosition = R"([["h1","abcd",1795000000,17,1795000000123,4]])";

TEST(NodePositions, OfBeforeAreReadAndWrittenAgainAsTheyWere) {
  const auto all = node_positions_from_json(kOnePosition);
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->at(0).id, "h1");
  EXPECT_EQ(all->at(0).fingerprint, "abcd");
  EXPECT_EQ(all->at(0).at.ms, 1'795'000'000'123u);
  EXPECT_EQ(to_json(*all), kOnePosition);
  EXPECT_TRUE(node_positions_from_json("")->empty());
}

TEST(NodePositions, WhatIsNoneIsAnError) {
  for (const char* text : {"{", "7", "{}", "[1]", R"([["h1","abcd",1,2,3]])", R"([["h1","abcd",1,2,3,-4]])",
                           R"([["h1",7,1,2,3,4]])", R"([["h1","abcd",1,2,3,4.5]])"})
    EXPECT_FALSE(node_positions_from_json(text)) << text;
}

}  // namespace
}  // namespace hotspot::record
