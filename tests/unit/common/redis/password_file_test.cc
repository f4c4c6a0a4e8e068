#include "common/redis/password_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/write_password.h"

namespace hotspot::redis {
namespace {

using ::testing::HasSubstr;

class PasswordFile : public ::testing::Test {
 protected:
  PasswordFile() { std::filesystem::create_directories(folder_); }
  ~PasswordFile() override { std::filesystem::remove_all(folder_); }
  void refused(const std::string& path, const std::string& why) {
    const auto password = redis::read_password(path);
    ASSERT_FALSE(password) << path << " was read: " << *password;
    EXPECT_THAT(password.error().message, HasSubstr("the password file " + path));
    EXPECT_THAT(password.error().message, HasSubstr(why));
  }
  std::string folder_ = ::testing::TempDir() + "/hotspot-password-file-" + std::to_string(getpid());
  std::string path_ = folder_ + "/password";
};

TEST_F(PasswordFile, IsReadToTheEndOfItsFirstLine) {
  hotspot::testing::write_password(path_, "s3cret\r\nnot this");
  EXPECT_EQ(*redis::read_password(path_), "s3cret");
}

TEST_F(PasswordFile, MayBeReadByAGroup) {
  hotspot::testing::write_password(path_, "s3cret");
  chmod(path_.c_str(), 0640);
  EXPECT_EQ(*redis::read_password(path_), "s3cret");
}

TEST_F(PasswordFile, ThatEverybodyCanReadOrWriteIsRefused) {
  hotspot::testing::write_password(path_, "s3cret");
  chmod(path_.c_str(), 0644);
  refused(path_, "can be read by everybody on this machine: chmod 640 it");
  chmod(path_.c_str(), 0602);
  refused(path_, "can be written by everybody on this machine: chmod 640 it");
  const std::string link = folder_ + "/link";
  std::filesystem::create_symlink(path_, link);
  refused(link, "by everybody");
}

TEST_F(PasswordFile, ThatIsNoRegularFileIsRefusedAndNotWaitedFor) {
  refused(folder_, "is no regular file");
  refused("/dev/zero", "is no regular file");
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  refused(path_, "is no regular file");
}

TEST_F(PasswordFile, ThatHoldsNoPasswordIsRefused) {
  refused(path_, "cannot be read: No such file or directory");
  hotspot::testing::write_password(path_, "");
  EXPECT_THAT(redis::read_password(path_).error().message, HasSubstr("is empty"));
  hotspot::testing::write_password(path_, std::string(5000, 'x'));
  EXPECT_THAT(redis::read_password(path_).error().message, HasSubstr("is longer than 1024 bytes"));
  hotspot::testing::write_password(path_, std::string("a\0b", 3));
  EXPECT_THAT(redis::read_password(path_).error().message, HasSubstr("a byte 0"));
}

}  // namespace
}  // namespace hotspot::redis
