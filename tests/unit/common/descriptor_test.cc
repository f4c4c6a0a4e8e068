#include "common/files/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "common/files/regular_file.h"

namespace hotspot::files {
namespace {

TEST(Descriptor, IsClosedAtItsEnd) {
  int number = -1;
  {
    const Descriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(file);
    number = file.get();
  }
  struct stat status {};
  EXPECT_EQ(::fstat(number, &status), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_FALSE(Descriptor(-1));
}

TEST(WriteToDisk, WritesAllOfATextOrSaysThatItCannot) {
  const std::string path = ::testing::TempDir() + "/hotspot-descriptor-" + std::to_string(::getpid());
  const std::string text(1 << 20, 'x');
  EXPECT_TRUE(write_to_disk(Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)), text));
  const auto read = read_text(path, 2 << 20);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, text);
  EXPECT_FALSE(write_to_disk(Descriptor(::open("/dev/full", O_WRONLY | O_CLOEXEC)), text));
  EXPECT_EQ(errno, ENOSPC);
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace hotspot::files
