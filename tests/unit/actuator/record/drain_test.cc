#include "actuator/record/drain.h"

#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

TEST(DrainRecord, IsReadAsItWasWritten) {
  const Drains drains{{"n1", {"h1", "ada@desk", "new kernel", from_unix_ms(1'795'000'000'250), "moving"}},
                      {"n2", {"h2", "bob", "", from_unix_ms(1'795'000'001'000)}}};
  const auto read = drains_from_json(to_json(drains));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, drains);
}

TEST(DrainRecord, NoneIsAnEmptyText) {
  EXPECT_EQ(to_json(Drains{}), "");
  const auto read = drains_from_json("");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
}

TEST(DrainRecord, TheTextOfTheVersionBeforeIsReadAndWrittenAlike) {
  const std::string text = R"({"n1":{"node":"h1","owner":"ada","phase":"moving","reason":"r","since":1795000000.25},)"
                           R"("n2":{"node":"h2","owner":"bob","reason":"","since":1795000001.0}})";
  const auto read = drains_from_json(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at("n1").since, from_unix_ms(1'795'000'000'250));
  EXPECT_EQ(to_json(*read), text);
}

TEST(DrainRecord, ANodeIsDrainedEvenIfItsReasonIsUnreadable) {
  const auto read = drains_from_json(R"({"n1":{"node":"h1","reason":5,"since":1e300,"later":[]}})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, (Drains{{"n1", {"h1", "", "", WallTime{}}}}));
}

TEST(DrainRecord, NonsenseIsRefusedWithASentence) {
  const std::string deep(200'000, '[');
  const std::pair<std::string, std::string> kWrong[] = {
      {"{", "it is not JSON"},
      {"[]", "it is not JSON"},
      {deep, "it is not JSON"},
      {R"({"n1":5})", "the entry of n1 is not ours"},
      {std::string(kMostDrainsBytes + 1, ' '), "it is longer than 32 MiB"}};
  for (const auto& [text, sentence] : kWrong) {
    const auto read = drains_from_json(text);
    ASSERT_FALSE(read) << text.substr(0, 60);
    EXPECT_EQ(read.error().message, sentence) << text.substr(0, 60);
  }
}

}  // namespace
}  // namespace hotspot::record
