#include "actuator/loop/early_arrivals.h"

#include <gmock/gmock.h>

#include "tests/support/build_cluster.h"

namespace hotspot::loop {
namespace {

using hotspot::testing::domain;
using hotspot::testing::kNow;
using hotspot::testing::node;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ports::Arrival arrival(const std::string& name, std::uint64_t sequence, WallTime at = kNow) {
  return {node(name).at(at, sequence).with(domain("a")), at};
}

std::vector<std::uint64_t> sequences(const std::vector<EarlyArrivals::Kept>& all) {
  std::vector<std::uint64_t> found;
  for (const auto& one : all) found.push_back(one.arrival.snapshot.sequence);
  return found;
}

TEST(EarlyArrivals, AreGivenBackOnceInTheirOrder) {
  EarlyArrivals early;
  for (std::uint64_t i = 1; i <= 3; ++i) early.keep("h1", arrival("h1", i), kNow);
  early.keep("h2", arrival("h2", 9), kNow);
  EXPECT_THAT(sequences(early.take("h1")), ElementsAre(1, 2, 3));
  EXPECT_THAT(early.take("h1"), IsEmpty());
  EXPECT_THAT(early.ids(), ElementsAre("h2"));
  early.drop("h2");
  EXPECT_TRUE(early.empty());
  EXPECT_EQ(early.bytes(), 0u);
}

TEST(EarlyArrivals, OfANodeTheNewestOfABoundedNumberAreKept) {
  EarlyArrivals early({.age = std::chrono::minutes(1), .of_a_node = 2, .bytes = 1u << 20});
  for (std::uint64_t i = 1; i <= 5; ++i) early.keep("h1", arrival("h1", i), kNow);
  EXPECT_THAT(sequences(early.take("h1")), ElementsAre(4, 5));
}

TEST(EarlyArrivals, AreForgottenWhenTheyAreOld) {
  EarlyArrivals early({.age = std::chrono::minutes(1), .of_a_node = 9, .bytes = 1u << 20});
  early.keep("h1", arrival("h1", 1), kNow);
  early.keep("h1", arrival("h1", 2, kNow + Milliseconds(40'000)), kNow + Milliseconds(40'000));
  early.forget_old(kNow + Milliseconds(61'000));
  EXPECT_EQ(early.count("h1"), 1u);
  early.forget_old(kNow + Milliseconds(101'000));
  EXPECT_TRUE(early.empty());
  EXPECT_EQ(early.bytes(), 0u);
}

TEST(EarlyArrivals, WhoSendsMostGivesWayWhenTheBytesOfAllAreUsedUp) {
  const std::size_t one = bytes_of(arrival("h1", 1));
  EarlyArrivals early({.age = std::chrono::minutes(1), .of_a_node = 1000, .bytes = 10 * one});
  early.keep("h2", arrival("h2", 1), kNow);
  for (std::uint64_t i = 1; i <= 500; ++i) {
    early.keep("h1", arrival("h1", i), kNow);
    ASSERT_LE(early.bytes(), 10 * one);
  }
  EXPECT_EQ(early.count("h2"), 1u);
  EXPECT_GE(early.count("h1"), 7u);
  EXPECT_EQ(sequences(early.take("h1")).back(), 500u);
}

TEST(EarlyArrivals, OneThatIsLargerThanAllThatMayBeKeptIsNotKept) {
  EarlyArrivals early({.age = std::chrono::minutes(1), .of_a_node = 9, .bytes = 10});
  early.keep("h1", arrival("h1", 1), kNow);
  EXPECT_TRUE(early.empty());
}

TEST(EarlyArrivals, BytesGrowWithWhatASnapshotHolds) {
  const std::size_t small = bytes_of(arrival("h1", 1));
  ports::Arrival large = arrival("h1", 1);
  for (int i = 0; i < 100; ++i) large.snapshot.domains.push_back(large.snapshot.domains.front());
  EXPECT_GE(bytes_of(large), small + 100 * sizeof(telemetry::DomainSample));
}

}  // namespace
}  // namespace hotspot::loop
