// What targets refused, as it outlives a leader.
#include "actuator/record/target_refusal.h"

#include <gtest/gtest.h>

namespace hotspot::record {
namespace {

const TargetRefusal kRefusal{.domain_uuid = "d-1",
                             .domain_name = "web1",
                             .target_uuid = "n-2",
                             .target_name = "h2",
                             .scope = "target",
                             .reason = "h1: Cannot access storage file '/srv/iso/cd.iso'\n\x1b[31m",
                             .times = 3,
                             .at = from_unix_ms(1'800'000'000'000),
                             .until = from_unix_ms(1'800'000'600'000),
                             .facts = "0123456789abcdef"};

TEST(TargetRefusalRecord, IsReadAsItWasWritten) {
  const auto read = target_refusals_from_json(to_json(std::vector{kRefusal, kRefusal}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, (std::vector{kRefusal, kRefusal}));
  EXPECT_EQ(to_json(std::vector<TargetRefusal>{}), "");
  EXPECT_TRUE(target_refusals_from_json("")->empty());
}

TEST(TargetRefusalRecord, IsBoundedAndNotReadFromWhatIsNone) {
  EXPECT_EQ(target_refusals_from_json(to_json(std::vector<TargetRefusal>(1200, kRefusal)))->size(), 1000U);
  TargetRefusal never = kRefusal;
  never.times = 0;
  EXPECT_FALSE(target_refusals_from_json(to_json({never})).ok());
  for (const char* text : {"{", "7", "[1]", R"([{"domain":"a"}])", R"([{"times":"1"}])"})
    EXPECT_FALSE(target_refusals_from_json(text).ok()) << text;
}

}  // namespace
}  // namespace hotspot::record
