// What people name as a file: read where it is one, refused with a sentence where it is not, and never waited for.
#include "common/files/regular_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace hotspot::files {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RegularFileTest : public ::testing::Test {
 protected:
  RegularFileTest() { fs::create_directories(folder_); }
  ~RegularFileTest() override { fs::remove_all(folder_); }

  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  std::string refusal(const std::string& path) const {
    const auto text = read_text(path, 100);
    return text ? "read: " + *text : text.error().message;
  }

  std::string folder_ = ::testing::TempDir() + "/hotspot-regular-file-" + std::to_string(getpid());
  std::string path_ = folder_ + "/some.yml";
};

TEST_F(RegularFileTest, IsReadAlsoThroughASymbolicLink) {
  write("groups: []\n");
  fs::create_symlink(path_, folder_ + "/link.yml");
  EXPECT_EQ(*read_text(path_, 100), "groups: []\n");
  EXPECT_EQ(*read_text(folder_ + "/link.yml", 100), "groups: []\n");
}

TEST_F(RegularFileTest, IsNotFollowedToWhereTheCallerWantsNoLinks) {
  write("x");
  fs::create_symlink(path_, folder_ + "/link.yml");
  const auto file = RegularFile::open(folder_ + "/link.yml", Links::kRefuse);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().trouble, Trouble::kLink) << file.error().message;
}

TEST_F(RegularFileTest, TheNullDeviceIsAnEmptyFile) { EXPECT_EQ(refusal("/dev/null"), "read: "); }

TEST_F(RegularFileTest, SaysOfWhatIsNoneWhatItIs) {
  EXPECT_EQ(refusal(folder_), folder_ + " is no regular file but a directory: give the path of a file");
  EXPECT_EQ(refusal("/dev/zero"), "/dev/zero is no regular file but a device: give the path of a file");
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(refusal(path_), path_ + " is no regular file but a pipe: give the path of a file");
  fs::create_symlink("/dev/zero", folder_ + "/zero.yml");
  EXPECT_EQ(refusal(folder_ + "/zero.yml"),
            folder_ + "/zero.yml is no regular file but a device: give the path of a file");
}

TEST_F(RegularFileTest, SaysThatASocketIsOne) {
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << path_;
  EXPECT_EQ(refusal(path_), path_ + " is no regular file but a socket: give the path of a file");
  const auto file = RegularFile::open(path_, Links::kRefuse);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().trouble, Trouble::kNotRegular) << file.error().message;
  close(listener);
}

// To open some devices is to start them (watchdog(4)), so the kind is looked at before.
TEST_F(RegularFileTest, IsNotEvenOpenedWhereItIsNone) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  const int watch = inotify_init1(IN_CLOEXEC);
  ASSERT_GE(inotify_add_watch(watch, path_.c_str(), IN_OPEN), 0);
  pollfd opened{.fd = watch, .events = POLLIN, .revents = 0};
  for (const Links links : {Links::kFollow, Links::kRefuse}) {
    const auto file = RegularFile::open(path_, links);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().trouble, Trouble::kNotRegular) << file.error().message;
    EXPECT_EQ(poll(&opened, 1, 0), 0) << "it was opened, links " << static_cast<int>(links);
  }
  close(watch);
}

TEST_F(RegularFileTest, SaysWhyItCannotBeOpened) {
  EXPECT_EQ(refusal(path_), path_ + " cannot be read: No such file or directory");
  write("x");
  EXPECT_THAT(refusal(path_ + "/below"), HasSubstr("cannot be read: Not a directory"));
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  chmod(path_.c_str(), 0);
  EXPECT_EQ(refusal(path_), path_ + " cannot be read: Permission denied");
}

TEST_F(RegularFileTest, IsReadUpToItsLimitAlsoWhereItHasGrownSinceItWasOpened) {
  write(std::string(100, 'x'));
  EXPECT_EQ(read_text(path_, 100)->size(), 100u);
  auto file = RegularFile::open(path_);
  ASSERT_TRUE(file);
  write(std::string(101, 'x'));
  const auto grown = file->read(100);
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().message, path_ + " is larger than 100 bytes");
  ASSERT_EQ(truncate(path_.c_str(), off_t{1} << 40), 0);  // sparse: a terabyte of nothing
  EXPECT_EQ(read_text(path_, 4u << 20).error().message, path_ + " is larger than 4 MiB");
}

TEST_F(RegularFileTest, IsReadLineByLine) {
  write("one\n\n" + std::string(200'000, 'x') + "\nlast");
  std::vector<std::pair<std::size_t, std::size_t>> lines;
  const auto take = [&](std::size_t number, std::string_view line) { lines.emplace_back(number, line.size()); };
  ASSERT_TRUE(read_lines(path_, 300'000, take));
  EXPECT_THAT(lines, ElementsAre(std::pair(1, 3), std::pair(2, 0), std::pair(3, 200'000), std::pair(4, 4)));
  const auto longer = read_lines(path_, 1024, take);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().message, path_ + ":3: the line is longer than 1 KiB");
}

TEST_F(RegularFileTest, HasNoLineThatIsLongerThanTheLimitHoweverShortTheFile) {
  write("one\n" + std::string(11, 'x') + "\nlast");
  std::vector<std::size_t> lines;
  const auto refused = read_lines(path_, 10, [&](std::size_t number, std::string_view) { lines.push_back(number); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, path_ + ":2: the line is longer than 10 bytes");
  EXPECT_THAT(lines, ElementsAre(1));
  EXPECT_TRUE(read_lines(path_, 11, [](std::size_t, std::string_view) {}));
}

TEST(StandardInput, IsReadFromAPipeUpToItsLimit) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "groups: []", 10), 10);
  close(ends[1]);
  const auto text = read_stream(ends[0], "standard input", 9);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, "standard input is larger than 9 bytes");
  close(ends[0]);
}

}  // namespace
}  // namespace hotspot::files
