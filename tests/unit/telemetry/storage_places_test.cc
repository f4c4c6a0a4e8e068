#include "telemetry/storage_places.h"

#include <gtest/gtest.h>

namespace hotspot::telemetry {
namespace {

Filesystem mounted(const std::string& path, const std::string& type) {
  Filesystem one;
  one.path = path;
  one.type = type;
  return one;
}

TEST(StoragePlaces, AFolderHoldsWhatLiesBelowItAndNotWhatOnlyBeginsAlike) {
  EXPECT_TRUE(lies_under("/vms/a.raw", "/vms"));
  EXPECT_TRUE(lies_under("/vms/a.raw", "/vms/"));
  EXPECT_TRUE(lies_under("/vms", "/vms"));
  EXPECT_TRUE(lies_under("/vms", "/"));
  EXPECT_FALSE(lies_under("/vms2/a.raw", "/vms"));
  EXPECT_FALSE(lies_under("vms/a.raw", "/"));
}

TEST(StoragePlaces, APathLiesOnTheFileSystemThatIsMountedNearestAboveIt) {
  const std::vector<Filesystem> all{mounted("/vms/fast", "xfs"), mounted("/", "ext4"), mounted("/vms", "nfs4")};
  EXPECT_EQ(filesystem_of(all, "/vms/fast/a.raw")->type, "xfs");
  EXPECT_EQ(filesystem_of(all, "/vms/faster/a.raw")->type, "nfs4");
  EXPECT_EQ(filesystem_of(all, "/srv/a.raw")->type, "ext4");
  EXPECT_EQ(filesystem_of({mounted("/vms", "nfs4")}, "/srv/a.raw"), nullptr);
}

TEST(StoragePlaces, OfTwoFileSystemsAtOnePlaceTheLaterHidesTheEarlier) {
  EXPECT_EQ(filesystem_of({mounted("/vms", "ext4"), mounted("/vms", "nfs4")}, "/vms/a.raw")->type, "nfs4");
}

TEST(StoragePlaces, CopiesLeaveATenthOfTheFreeRoom) {
  EXPECT_EQ(room_for_copies(1000), 900);
  EXPECT_EQ(room_for_copies(INT64_MAX), INT64_MAX / 10 * 9) << "does not overflow";
}

}  // namespace
}  // namespace hotspot::telemetry
