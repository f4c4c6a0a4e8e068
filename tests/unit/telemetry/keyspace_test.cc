#include "telemetry/keyspace.h"

#include <gtest/gtest.h>

namespace hotspot::telemetry {
namespace {

TEST(Keyspace, SpellsEveryKeyWithTheClusterInBraces) {
  const Keyspace keys = Keyspace::of("prod-1").value();
  EXPECT_EQ(keys.snapshots(), "hotspot:{prod-1}:snapshots");
  EXPECT_EQ(keys.commands(), "hotspot:{prod-1}:commands");
  EXPECT_EQ(keys.journal(), "hotspot:{prod-1}:journal");
  EXPECT_EQ(keys.decisions(), "hotspot:{prod-1}:decisions");
  EXPECT_EQ(keys.state(), "hotspot:{prod-1}:state");
  EXPECT_EQ(keys.lease(), "hotspot:{prod-1}:lease");
}

TEST(Keyspace, RefusesNamesThatWouldBreakAKeyAndSaysWhatIsAllowed) {
  for (const std::string name : {"a b", "a}b", "a*", "ü", "a\nb"}) {
    const auto keys = Keyspace::of(name);
    ASSERT_FALSE(keys) << name;
    EXPECT_NE(keys.error().message.find("letters"), std::string::npos) << keys.error().message;
  }
  EXPECT_EQ(Keyspace::of("").error().message, "the name of the cluster is empty");
  EXPECT_FALSE(Keyspace::of(std::string(65, 'a')));
  EXPECT_TRUE(Keyspace::of(std::string(64, 'a')));
}

}  // namespace
}  // namespace hotspot::telemetry
