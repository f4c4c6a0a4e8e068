// The key that a node signs with, and the count of its collector's starts, in files that others may have spoilt.
#include "collectd-plugin/signing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "telemetry/envelope.h"

namespace hotspot::collector {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr WallTime kNow = from_unix_ms(1'800'000'000'000);
constexpr std::uint64_t kNowBoot = 1'800'000'000'000;

class SigningTest : public ::testing::Test {
 protected:
  SigningTest() {
    std::string made = ::testing::TempDir() + "/hotspot-signing-XXXXXX";
    root_ = mkdtemp(made.data());
    key_ = root_ + "/hotspot/node.key";
    boot_ = root_ + "/hotspot/boot";
  }
  ~SigningTest() override { fs::remove_all(root_); }

  Result<Signing> begin(WallTime now = kNow) {
    return begin_signing({.key_file = key_, .cluster = "test", .now = now});
  }
  std::string error() {
    const auto signing = begin();
    return signing ? "it signs" : signing.error().message;
  }
  // The value of a field of what is sent.
  static std::string field(const Signing& signing, const std::string& name) {
    const auto fields = signing.signer->fields("node-uuid", 7, "text");
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
      if (fields[i] == name) return fields[i + 1];
    return "no field " + name;
  }
  std::uint64_t boot_at(WallTime now) {
    auto signing = begin(now);
    return signing ? std::stoull(field(*signing, "boot")) : 0;
  }
  static void write(const std::string& path, const std::string& text, mode_t mode = 0600) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::trunc) << text;
    chmod(path.c_str(), mode);
  }
  static std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static mode_t mode_of(const std::string& path) {
    struct stat status {};
    return lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_ + "/hotspot")) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string root_, key_, boot_;
};

TEST_F(SigningTest, MakesAKeyAtTheFirstStartForThisUserAlone) {
  const auto signing = begin();
  ASSERT_TRUE(signing) << signing.error().message;
  EXPECT_EQ(mode_of(key_), 0600u);
  EXPECT_EQ(mode_of(root_ + "/hotspot"), 0700u);
  EXPECT_THAT(text_of(key_), StartsWith("-----BEGIN PRIVATE KEY-----\n")) << "PKCS#8 in PEM";
  EXPECT_THAT(files(), ElementsAre("boot", "node.key")) << "and nothing is left behind";
  EXPECT_THAT(signing->notes, ElementsAre("made a key for this node's snapshots: " + key_,
                                          "signs snapshots with key " + signing->signer->fingerprint()));
  EXPECT_THAT(signing->signer->fingerprint(), StartsWith("SHA256:"));
  EXPECT_THAT(signing->warnings, IsEmpty());
}

TEST_F(SigningTest, KeepsTheKeyAndSaysItsFingerprintAtEachStart) {
  const auto first = begin();
  ASSERT_TRUE(first);
  const std::string pem = text_of(key_);
  const auto second = begin();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(text_of(key_), pem);
  EXPECT_THAT(second->notes, ElementsAre("signs snapshots with key " + first->signer->fingerprint()));
}

TEST_F(SigningTest, MakesAnotherKeyWhereTheOldOneWasRemoved) {
  const auto first = begin();
  ASSERT_TRUE(first);
  fs::remove(key_);
  const auto second = begin();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_NE(second->signer->fingerprint(), first->signer->fingerprint());
}

TEST_F(SigningTest, TakesAKeyThatTheOperatorMade) {
  const auto made = crypto::SigningKey::generate();
  ASSERT_TRUE(made);
  write(key_, made->to_pem(), 0400);
  const auto signing = begin();
  ASSERT_TRUE(signing) << signing.error().message;
  EXPECT_EQ(signing->signer->fingerprint(), crypto::fingerprint(made->public_key()));
}

TEST_F(SigningTest, SignsTheExactBytesWithClusterNodeAndPosition) {
  const auto signing = begin();
  ASSERT_TRUE(signing);
  const auto fields = signing->signer->fields("node-uuid", 7, "text");
  ASSERT_THAT(fields, ElementsAre("node", "node-uuid", "boot", std::to_string(kNowBoot), "sequence", "7", "key",
                                  ::testing::_, "signature", ::testing::_));
  const auto key = crypto::public_key_from_base64(fields[7]);
  const auto signature = crypto::signature_from_base64(fields[9]);
  ASSERT_TRUE(key && signature);
  EXPECT_EQ(crypto::fingerprint(*key), signing->signer->fingerprint());
  const auto verifies = [&](const char* cluster, const char* node, telemetry::Position at, const char* text) {
    return crypto::verify(*key, telemetry::signed_text(cluster, node, at, text), *signature);
  };
  EXPECT_TRUE(verifies("test", "node-uuid", {kNowBoot, 7}, "text"));
  EXPECT_FALSE(verifies("other", "node-uuid", {kNowBoot, 7}, "text"));
  EXPECT_FALSE(verifies("test", "other-uuid", {kNowBoot, 7}, "text"));
  EXPECT_FALSE(verifies("test", "node-uuid", {kNowBoot + 1, 7}, "text"));
  EXPECT_FALSE(verifies("test", "node-uuid", {kNowBoot, 8}, "text"));
  EXPECT_FALSE(verifies("test", "node-uuid", {kNowBoot, 7}, "text "));
}

TEST_F(SigningTest, CountsEachStartHigherAlsoWhenTheClockWasSetBack) {
  EXPECT_EQ(boot_at(kNow), kNowBoot);
  EXPECT_EQ(boot_at(kNow), kNowBoot + 1) << "two starts in one millisecond";
  EXPECT_EQ(boot_at(from_unix_ms(1000)), kNowBoot + 2) << "the clock of a board whose battery is empty";
  EXPECT_EQ(boot_at(from_unix_ms(-5)), kNowBoot + 3);
  EXPECT_EQ(boot_at(kNow + std::chrono::hours(1)), kNowBoot + 3'600'000);
  EXPECT_EQ(text_of(boot_), std::to_string(kNowBoot + 3'600'000) + "\n");
}

TEST_F(SigningTest, CountsOnBesideAKeyOfANewName) {
  EXPECT_EQ(boot_at(kNow), kNowBoot);
  key_ = root_ + "/hotspot/node-2027.key";
  EXPECT_EQ(boot_at(from_unix_ms(1000)), kNowBoot + 1);
}

TEST_F(SigningTest, CountsFromTheClockWhereTheFileOfStartsIsLost) {
  EXPECT_EQ(boot_at(kNow), kNowBoot);
  fs::remove(boot_);
  EXPECT_EQ(boot_at(from_unix_ms(1000)), 1000u);
}

TEST_F(SigningTest, SaysWhenTheFileOfStartsHeldNoNumberAndMendsIt) {
  for (const char* text : {"", "x\n", "-1\n", "12 13\n", "18446744073709551615\n", "99999999999999999999999\n"}) {
    write(boot_, text);
    const auto signing = begin();
    ASSERT_TRUE(signing) << signing.error().message;
    EXPECT_THAT(signing->warnings, ElementsAre(AllOf(HasSubstr(boot_ + " held no number"), HasSubstr("node rekey"))))
        << text;
    EXPECT_EQ(field(*signing, "boot"), std::to_string(kNowBoot)) << text;
    EXPECT_EQ(text_of(boot_), std::to_string(kNowBoot) + "\n");
  }
}

TEST_F(SigningTest, SignsAllTheSameWhereTheNumberOfTheStartCannotBeKept) {
  fs::create_directories(boot_ + "/in the way");
  chmod((root_ + "/hotspot").c_str(), 0700);
  const auto signing = begin();
  ASSERT_TRUE(signing) << signing.error().message;
  EXPECT_THAT(signing->warnings, ElementsAre(HasSubstr(boot_ + " is no regular file")));
  EXPECT_EQ(field(*signing, "boot"), std::to_string(kNowBoot));
}

TEST_F(SigningTest, BelievesNoNumberOfAStartThatOthersMayWrite) {
  write(boot_, std::to_string(kNowBoot * 2), 0666);
  const auto signing = begin();
  ASSERT_TRUE(signing);
  EXPECT_THAT(signing->warnings, ElementsAre(HasSubstr("may be written by others (its mode is 0666)")));
  EXPECT_EQ(field(*signing, "boot"), std::to_string(kNowBoot));
}

TEST_F(SigningTest, RefusesAKeyThatOthersMayReadOrWrite) {
  ASSERT_TRUE(begin());
  for (const mode_t mode : {0644u, 0640u, 0604u, 0601u}) {
    chmod(key_.c_str(), mode);
    EXPECT_THAT(error(), AllOf(StartsWith(key_ + " may be read by others (its mode is 06"), HasSubstr("chmod 600")));
  }
  chmod(key_.c_str(), 0622);
  EXPECT_THAT(error(), AllOf(HasSubstr("may be written by others (its mode is 0622)"), HasSubstr("remove it")));
}

TEST_F(SigningTest, RefusesWhatIsNoKey) {
  for (const char* text : {"", "no key\n", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    write(key_, text);
    EXPECT_THAT(error(), AllOf(StartsWith(key_ + " is no key: "), EndsWith("the next start makes a new one"))) << text;
    EXPECT_EQ(text_of(key_), text) << "what somebody put there is not overwritten";
  }
}

TEST_F(SigningTest, RefusesAKeyThatIsTooLong) {
  write(key_, std::string(20'000, 'x'));
  EXPECT_THAT(error(), HasSubstr("longer than 16 KiB"));
  write(key_, "");
  ASSERT_EQ(truncate(key_.c_str(), off_t{1} << 40), 0);  // sparse: a terabyte of nothing
  EXPECT_THAT(error(), HasSubstr("longer than 16 KiB"));
}

TEST_F(SigningTest, FollowsNoSymbolicLinkAndWaitsForNoFifo) {
  ASSERT_TRUE(begin());
  fs::rename(key_, key_ + ".real");
  fs::create_symlink(key_ + ".real", key_);
  EXPECT_THAT(error(), AllOf(StartsWith(key_ + " is a symbolic link"), HasSubstr("give the path of the file itself")));
  fs::remove(key_);
  fs::create_symlink(root_ + "/nowhere", key_);
  EXPECT_THAT(error(), HasSubstr("symbolic link")) << "one that leads nowhere is not written through either";
  EXPECT_FALSE(fs::exists(root_ + "/nowhere"));
  fs::remove(key_);
  ASSERT_EQ(mkfifo(key_.c_str(), 0600), 0);
  EXPECT_THAT(error(), HasSubstr("is no regular file"));
  fs::remove(key_);
  fs::create_directory(key_);
  EXPECT_THAT(error(), HasSubstr("is no regular file"));
  fs::remove(key_);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  key_.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << key_;
  EXPECT_THAT(error(), HasSubstr("is no regular file"));
  close(listener);
}

TEST_F(SigningTest, RefusesADevice) {
  key_ = "/dev/null";
  EXPECT_THAT(error(), HasSubstr("/dev/null is no regular file"));
}

TEST_F(SigningTest, RefusesAKeyOfAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_TRUE(begin());
  ASSERT_EQ(chown(key_.c_str(), 65534, 65534), 0);
  EXPECT_THAT(error(), AllOf(HasSubstr("belongs to the user with the number 65534"), HasSubstr("chown")));
}

TEST_F(SigningTest, RefusesAFolderInWhichOthersMayPutAKeyOfTheirs) {
  fs::create_directory(root_ + "/hotspot");
  chmod((root_ + "/hotspot").c_str(), 01777);
  EXPECT_THAT(error(), AllOf(HasSubstr("may be written to by others (its mode is 1777)"), HasSubstr("mode 700")));
  EXPECT_FALSE(fs::exists(key_));
}

TEST_F(SigningTest, SaysWhyAKeyCannotBeMade) {
  key_ = root_ + "/not/there/node.key";
  EXPECT_THAT(error(), HasSubstr(root_ + "/not/there cannot be made: No such file or directory"));
  write(root_ + "/plain", "");
  key_ = root_ + "/plain/node.key";
  EXPECT_THAT(error(), HasSubstr(root_ + "/plain is no folder"));
  key_ = "/proc/node.key";  // writable to nobody, root included
  EXPECT_THAT(error(),
              AllOf(HasSubstr("/proc/node.key cannot be written"), HasSubstr("must be able to write to /proc")));
}

}  // namespace
}  // namespace hotspot::collector
