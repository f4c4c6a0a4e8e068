// File systems, block devices and where paths lead, from files like the kernel's.
#include "collectd-plugin/storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hotspot::collector {
namespace {

namespace fs = std::filesystem;
using telemetry::DiskSource;
using telemetry::Filesystem;

class StorageTest : public ::testing::Test {
 protected:
  StorageTest() : root_(fs::temp_directory_path() / ("hotspot-storage-" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "proc/1");
    fs::create_directories(root_ / "sys/class/block");
  }
  ~StorageTest() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  Storage storage() {
    Storage made((root_ / "proc").string(), (root_ / "sys").string(), std::chrono::seconds(60));
    made.refresh(SteadyTime() + std::chrono::hours(1));
    return made;
  }
  std::string id_of(const std::string& device) {
    const Storage read = storage();
    for (const auto& one : read.block_devices())
      if (one.device == device) return one.id;
    return "";
  }
  fs::path root_;
};

TEST_F(StorageTest, ReadsALineOfMountinfo) {
  const auto found = filesystem_from(
      "36 35 0:44 /sub\\040folder /srv/vms rw,noatime shared:1 master:2 - nfs4 10.0.0.5:/export rw,vers=4.2");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (Filesystem{"/srv/vms", "nfs4", "10.0.0.5:/export", "/sub folder", std::nullopt}));
}

TEST_F(StorageTest, LeavesOutWhereNoDiskLies) {
  for (const char* line : {"22 1 0:5 / /proc rw - proc proc rw", "23 1 0:6 / /dev rw - devtmpfs udev rw",
                           "24 1 0:7 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw",
                           "25 1 0:8 / /run/user/0 rw - tmpfs tmpfs rw", "no line", "", "1 2 3 4 5 6 - "}) {
    EXPECT_FALSE(filesystem_from(line)) << line;
  }
  EXPECT_TRUE(filesystem_from("25 1 0:8 / / rw - overlay overlay rw")) << "what all lies on counts whatever it is";
}

TEST_F(StorageTest, AsksLocalFileSystemsForTheirRoomAndNeverAServer) {
  write("proc/1/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:44 / /srv rw - nfs nas:/x rw\n");
  const Storage read = storage();
  ASSERT_EQ(read.filesystems().size(), 2u);
  EXPECT_GT(read.filesystems()[0].free_bytes.value_or(0), 0);
  EXPECT_EQ(read.filesystems()[1].free_bytes, std::nullopt);
}

// On which of them a disk lies would be a guess if some were missing. A server is still asked nothing.
TEST_F(StorageTest, TellsNoFileSystemWhereThereAreTooManyToTellAll) {
  std::string mounts = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
  const auto add = [&](int number) {
    mounts += std::to_string(number) + " 1 0:44 / /pods/" + std::to_string(number) + " rw - tmpfs tmpfs rw\n";
  };
  for (int number = 2; number <= 128; ++number) add(number);
  write("proc/1/mountinfo", mounts);
  EXPECT_EQ(storage().filesystems().size(), 128u);
  add(129);
  fs::create_directories(root_ / "nas");
  fs::create_symlink("elsewhere", root_ / "nas/a.raw");
  write("proc/1/mountinfo", mounts + "130 1 0:45 / " + (root_ / "nas").string() + " rw - nfs nas:/x rw\n");
  const Storage read = storage();
  EXPECT_TRUE(read.filesystems().empty());
  DiskSource disk{.device = "vda", .type = "file", .source = (root_ / "nas/a.raw").string()};
  read.locate(disk);
  EXPECT_EQ(disk.real_path, disk.source) << "a link on a server is not followed";
}

TEST_F(StorageTest, FollowsLinksAsFarAsTheNodesOwnStorage) {
  fs::create_directories(root_ / "data/images");
  fs::create_directory_symlink(root_ / "data", root_ / "link");
  fs::create_directory_symlink("../data/images", root_ / "data/up");
  write("proc/1/mountinfo",
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:44 / " + (root_ / "nas").string() + " rw - nfs nas:/x rw\n");
  const Storage read = storage();
  const auto real = [&](const std::string& path) {
    DiskSource disk{.type = "file", .source = (root_ / path).string()};
    read.locate(disk);
    return disk.real_path;
  };
  EXPECT_EQ(real("link/images/a.raw"), (root_ / "data/images/a.raw").string());
  EXPECT_EQ(real("data/up/a.raw"), (root_ / "data/images/a.raw").string());
  EXPECT_EQ(real("link/./images/../a.raw"), (root_ / "data/a.raw").string());
  EXPECT_EQ(real("nas/any/../where"), (root_ / "nas/any/../where").string()) << "a server would have to be asked";
  fs::create_directory_symlink("loop", root_ / "loop");
  EXPECT_EQ(real("loop/a"), (root_ / "loop/a").string());
}

TEST_F(StorageTest, KnowsDevicesByNamesThatNoTwoThingsShare) {
  write("sys/class/block/sda/device/wwid", "naa.5000c500a1b2c3d4\n");
  write("sys/class/block/sdb/device/wwid", "t10.ATA     QEMU HARDDISK   QM00001\n");
  write("sys/class/block/nvme0n1/wwid", "eui.0025388b71b2c3d4\n");
  write("sys/class/block/loop0/device/wwid", "naa.1\n");
  EXPECT_EQ(id_of("sda"), "naa.5000c500a1b2c3d4");
  EXPECT_EQ(id_of("sdb"), "") << "every emulated disk may be called so";
  EXPECT_EQ(id_of("nvme0n1"), "eui.0025388b71b2c3d4");
  EXPECT_EQ(id_of("loop0"), "");
}

TEST_F(StorageTest, ALogicalVolumeIsKnownWithWhatItLiesOn) {
  write("sys/class/block/sda/device/wwid", "naa.5\n");
  write("sys/class/block/dm-0/dm/uuid", "LVM-abc\n");
  write("sys/class/block/dm-0/slaves/sda/x", "");
  write("sys/class/block/dm-1/dm/uuid", "LVM-def\n");
  write("sys/class/block/dm-1/slaves/vda/x", "");
  write("sys/class/block/vda/size", "1\n");
  write("sys/class/block/dm-2/dm/uuid", "mpath-36001405\n");
  EXPECT_EQ(id_of("dm-0"), "LVM-abc@naa.5");
  EXPECT_EQ(id_of("dm-1"), "") << "a cloned machine has the same volumes on a disk of its own";
  EXPECT_EQ(id_of("dm-2"), "mpath-36001405");
}

TEST_F(StorageTest, APartitionIsKnownByItsDisk) {
  write("sys/devices/x/sda/device/wwid", "naa.5\n");
  write("sys/devices/x/sda/sda1/partition", "1\n");
  fs::create_directory_symlink("../../devices/x/sda", root_ / "sys/class/block/sda");
  fs::create_directory_symlink("../../devices/x/sda/sda1", root_ / "sys/class/block/sda1");
  EXPECT_EQ(id_of("sda1"), "naa.5-part1");
}

}  // namespace
}  // namespace hotspot::collector
