#include "actuator/io/redis/stream.h"

#include <gtest/gtest.h>

namespace hotspot::io {
namespace {

redis::Reply text_reply(std::string value) { return {redis::Reply::Kind::kText, std::move(value), 0, {}}; }
redis::Reply array_reply(std::vector<redis::Reply> elements) {
  return {redis::Reply::Kind::kArray, "", 0, std::move(elements)};
}

TEST(StreamId, IsReadAndWritten) {
  EXPECT_EQ(stream_id_from_string("1700000000000-3"), (StreamId{1'700'000'000'000, 3}));
  EXPECT_EQ(stream_id_from_string("17"), (StreamId{17, 0}));
  EXPECT_EQ(to_string(StreamId{17, 3}), "17-3");
  for (const char* wrong : {"", "-", "1-", "-1", "a", "1-2-3", "1 -2", "99999999999999999999-0", "$"})
    EXPECT_EQ(stream_id_from_string(wrong), std::nullopt) << wrong;
}

TEST(StreamId, IsOrderedByTimeThenNumber) {
  EXPECT_LT((StreamId{1, 9}), (StreamId{2, 0}));
  EXPECT_LT((StreamId{2, 0}), (StreamId{2, 1}));
}

TEST(StreamId, HasNeighbours) {
  const StreamId last_of_ms{5, UINT64_MAX};
  EXPECT_EQ(successor({5, 1}), (StreamId{5, 2}));
  EXPECT_EQ(successor(last_of_ms), (StreamId{6, 0}));
  EXPECT_EQ(predecessor({6, 0}), last_of_ms);
  EXPECT_EQ(predecessor({5, 2}), (StreamId{5, 1}));
  EXPECT_EQ(predecessor({0, 0}), (StreamId{0, 0}));
}

TEST(StreamEntries, AreReadAndWhatIsNoneIsLeftOut) {
  auto entries = entries_from(array_reply(
      {array_reply({text_reply("1-0"), array_reply({text_reply("verb"), text_reply("mode"), text_reply("odd")})}),
       text_reply("not an entry"), array_reply({text_reply("2-0")})}));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].id, "1-0");
  ASSERT_NE(entries[0].find("verb"), nullptr);
  EXPECT_EQ(*entries[0].find("verb"), "mode");
  EXPECT_EQ(entries[0].find("odd"), nullptr);
}

TEST(StreamEntries, OfAReadWithNothingNewAreNone) { EXPECT_TRUE(batches_from(redis::Reply{}).empty()); }

}  // namespace
}  // namespace hotspot::io
