#include "common/text/nearest.h"

#include <gtest/gtest.h>

namespace hotspot::text {
namespace {

TEST(Nearest, FindsWhatWasMeantAndNothingElse) {
  const std::vector<std::string_view> words{"domain_cpu_ratio", "domain_cpus", "for", "expr", "node"};
  EXPECT_EQ(nearest("domain_cpu_ratoi", words), "domain_cpu_ratio");
  EXPECT_EQ(nearest("exp", words), "expr");
  EXPECT_EQ(nearest("fro", words), "for");
  EXPECT_EQ(nearest("nod", words), "node");
  EXPECT_EQ(nearest("temperature", words), "");
  EXPECT_EQ(nearest("", words), "");
}

TEST(Nearest, TakesTheFirstOfSeveralThatAreEquallyNear) { EXPECT_EQ(nearest("cat", {"bat", "rat"}), "bat"); }

TEST(Nearest, LeavesAloneWhatIsLongerThanAWord) {
  const std::string long_word(101, 'x');
  EXPECT_EQ(nearest(long_word, {long_word}), "");
}

}  // namespace
}  // namespace hotspot::text
