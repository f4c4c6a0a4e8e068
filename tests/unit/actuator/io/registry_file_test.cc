#include "actuator/io/registry_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace hotspot::io {
namespace {

using ::testing::HasSubstr;

class RegistryFileTest : public ::testing::Test {
 protected:
  RegistryFileTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~RegistryFileTest() override { std::filesystem::remove_all(folder_); }

  static record::Registry registry(std::int64_t revision) {
    record::Registry all{.revision = revision, .nodes = {}, .unreadable = {}};
    all.nodes["h1"] = {.id = "h1",
                       .host_uuid = "00000000-0000-0000-0000-000000000001",
                       .name = "h1",
                       .uri = "qemu+tls://h1/system",
                       .keys = {},
                       .admitted_at = WallTime{},
                       .admitted_by = "ada"};
    return all;
  }
  void write(const std::string& text) {
    std::ofstream(path_) << text;
    ::chmod(path_.c_str(), 0600);
  }
  void refused(const std::string& why) {
    const auto read = file_.load();
    ASSERT_FALSE(read) << "it was believed";
    EXPECT_THAT(read.error().message, HasSubstr(path_));
    EXPECT_THAT(read.error().message, HasSubstr(why));
  }
  static mode_t mode_of(const std::string& path) {
    struct stat facts {};
    EXPECT_EQ(::lstat(path.c_str(), &facts), 0) << path;
    return facts.st_mode & 07777;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }

  std::string folder_ = ::testing::TempDir() + "/hotspot-registry-file-" + std::to_string(::getpid());
  std::string path_ = folder_ + "/registry-test.json";
  RegistryFile file_{folder_, "test"};
};

TEST_F(RegistryFileTest, IsReadAsItWasWrittenAndThereIsNoneAtFirst) {
  ASSERT_TRUE(file_.load());
  EXPECT_EQ(*file_.load(), record::Registry{});
  ASSERT_TRUE(file_.store(registry(7)));
  EXPECT_EQ(*file_.load(), registry(7));
}

TEST_F(RegistryFileTest, IsForItsOwnerAloneWhateverTheUmaskAndSoIsItsFolder) {
  std::filesystem::remove_all(folder_);
  const mode_t before = ::umask(0);
  const auto stored = file_.store(registry(1));
  ::umask(before);
  ASSERT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(mode_of(path_), 0600u);
  EXPECT_EQ(mode_of(folder_), 0700u);
}

TEST_F(RegistryFileTest, IsReplacedAsAWholeAndNothingIsLeftBeside) {
  ASSERT_TRUE(file_.store(registry(1)));
  std::ifstream before(path_);  // whoever reads meanwhile reads the old one to its end
  ASSERT_TRUE(file_.store(registry(2)));
  const std::string read{std::istreambuf_iterator<char>(before), {}};
  EXPECT_EQ(*record::registry_from_json(read), registry(1));
  EXPECT_EQ(*file_.load(), registry(2));
  EXPECT_EQ(files(), 1u);
}

TEST_F(RegistryFileTest, WhatAWriterLeftThatWasEndedDoesNotDisturbTheNext) {
  std::ofstream(path_ + ".part") << "{\"revision\": 1, \"no";
  ASSERT_TRUE(file_.store(registry(2)));
  EXPECT_EQ(*file_.load(), registry(2));
  EXPECT_EQ(files(), 1u);
}

TEST_F(RegistryFileTest, ThatCannotBeWrittenIsSaidAndTheOldOneStays) {
  ASSERT_TRUE(file_.store(registry(1)));
  std::filesystem::create_directories(path_ + ".part/in the way");
  const auto stored = file_.store(registry(2));
  ASSERT_FALSE(stored);
  EXPECT_THAT(stored.error().message, HasSubstr(path_ + ".part"));
  EXPECT_EQ(*file_.load(), registry(1));
}

TEST_F(RegistryFileTest, ASymbolicLinkIsNotFollowedToReadOrToWrite) {
  const std::string elsewhere = folder_ + "/elsewhere";
  std::ofstream(elsewhere) << record::to_json(registry(9));
  ::chmod(elsewhere.c_str(), 0600);
  std::filesystem::create_symlink(elsewhere, path_);
  refused("symbolic link");
  std::filesystem::create_symlink(elsewhere, path_ + ".part");
  ASSERT_TRUE(file_.store(registry(2)));
  EXPECT_FALSE(std::filesystem::is_symlink(path_)) << "the link is replaced, not what it leads to";
  std::ifstream untouched(elsewhere);
  EXPECT_EQ(*record::registry_from_json(std::string{std::istreambuf_iterator<char>(untouched), {}}), registry(9));
}

TEST_F(RegistryFileTest, ThatIsNoRegularFileIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  refused("is no regular file");
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  refused("is no regular file");
}

TEST_F(RegistryFileTest, ThatOthersMayWriteIsNotBelieved) {
  ASSERT_TRUE(file_.store(registry(1)));
  for (const mode_t mode : {0620u, 0602u}) {
    ::chmod(path_.c_str(), mode);
    refused("others may write to it");
  }
}

TEST_F(RegistryFileTest, ThatIsHugeIsRefusedBeforeAllOfItIsRead) {
  write("");
  ASSERT_EQ(::truncate(path_.c_str(), off_t{1} << 40), 0) << "a file with a hole of 1 TiB";
  refused("larger than 64 MiB");
}

TEST_F(RegistryFileTest, ThatIsGarbageIsRefusedWithASentence) {
  for (const char* text : {"", "{", "[]", "7", "\xff\xfe", "{\"revision\": \"one\"}", "{\"nodes\": [1]}"}) {
    write(text);
    refused(": ");
  }
}

}  // namespace
}  // namespace hotspot::io
