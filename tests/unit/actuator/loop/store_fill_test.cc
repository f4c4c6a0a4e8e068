// What people are told of how full Redis is: once while it lasts.
#include "actuator/loop/store_fill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotspot::loop {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ports::StoreMemory memory(std::int64_t used, std::optional<std::int64_t> limit = kGibibyte,
                          const std::string& policy = "noeviction") {
  return {.used_bytes = used, .limit_bytes = limit, .policy = policy};
}

class StoreFillTest : public ::testing::Test {
 protected:
  std::vector<std::string> saw(const std::optional<ports::StoreMemory>& memory) {
    std::vector<std::string> sentences;
    for (const Said& said : fill_.saw(memory)) sentences.push_back((said.is_problem ? "! " : "") + said.sentence);
    return sentences;
  }
  StoreFill fill_;
};

TEST_F(StoreFillTest, SaysOnceThatItIsNearlyFullAndOnceThatThereIsRoomAgain) {
  EXPECT_THAT(saw(memory(700 * kMebibyte)), IsEmpty());
  EXPECT_THAT(saw(memory(870 * kMebibyte)), ElementsAre(HasSubstr("! Redis is 85 % full (870 MiB of 1 GiB)")));
  EXPECT_THAT(saw(memory(900 * kMebibyte)), IsEmpty());
  EXPECT_THAT(saw(memory(790 * kMebibyte)), IsEmpty()) << "about the border it is said once";
  EXPECT_THAT(saw(memory(870 * kMebibyte)), IsEmpty());
  EXPECT_THAT(saw(memory(700 * kMebibyte)), ElementsAre(HasSubstr("Redis has room again: it is 68 % full")));
}

TEST_F(StoreFillTest, WithoutALimitItIsNeverFull) {
  EXPECT_THAT(saw(memory(900 * kGibibyte, std::nullopt, "allkeys-lru")), IsEmpty());
  EXPECT_EQ(fill_ratio(*fill_.memory()), std::nullopt);
  EXPECT_THAT(saw(memory(kGibibyte)), ElementsAre(HasSubstr("100 % full")));
  EXPECT_THAT(saw(memory(kGibibyte, std::nullopt)), ElementsAre("Redis has no maxmemory any more"));
}

TEST_F(StoreFillTest, AnyPolicyThatThrowsKeysAwayIsWarnedOfOnceEach) {
  for (const char* policy : {"allkeys-lru", "volatile-ttl"}) {
    EXPECT_THAT(saw(memory(1, kGibibyte, policy)),
                ElementsAre(HasSubstr(std::string("! Redis' maxmemory-policy is '") + policy)));
    EXPECT_THAT(saw(memory(1, kGibibyte, policy)), IsEmpty());
  }
  EXPECT_THAT(saw(memory(1)), IsEmpty());
}

TEST_F(StoreFillTest, ThatItMayNotBeAskedIsNoTroubleAndSaidOnce) {
  EXPECT_THAT(saw(std::nullopt), ElementsAre(HasSubstr("how full Redis is, is not known")));
  EXPECT_THAT(saw(std::nullopt), IsEmpty());
  EXPECT_EQ(fill_.memory(), std::nullopt);
  saw(memory(1));
  EXPECT_THAT(saw(std::nullopt), ElementsAre(HasSubstr("is not known")));
}

}  // namespace
}  // namespace hotspot::loop
