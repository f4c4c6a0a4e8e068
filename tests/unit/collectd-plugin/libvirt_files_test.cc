#include "collectd-plugin/libvirt_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace hotspot::collector {
namespace {

class LibvirtFilesTest : public ::testing::Test {
 protected:
  LibvirtFilesTest() {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "state");
    std::filesystem::create_directories(root_ / "definitions");
  }
  ~LibvirtFilesTest() override { std::filesystem::remove_all(root_); }
  // As libvirt writes: beside the old file, then in its place.
  void write(const std::string& file, const std::string& text) {
    std::ofstream(root_ / (file + ".new")) << text;
    std::filesystem::rename(root_ / (file + ".new"), root_ / file);
  }
  // The stamp of "web" in a read at that time after now.
  std::optional<DomainStamp> at_look(Milliseconds later) {
    files_.look(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()) + later);
    return files_.stamp("web");
  }

  std::filesystem::path root_ =
      std::filesystem::path(::testing::TempDir()) / ("hotspot-libvirt-files-" + std::to_string(getpid()));
  LibvirtFiles files_{LibvirtFiles::Folders{.state = root_ / "state", .definitions = root_ / "definitions"}};
};

TEST_F(LibvirtFilesTest, TellThatNothingWasWrittenAnew) {
  write("state/web 1.xml", "<domstatus/>");
  const auto before = files_.stamp("web 1");
  ASSERT_TRUE(before);
  EXPECT_EQ(files_.stamp("web 1"), before);
}

TEST_F(LibvirtFilesTest, AreTheSameAsAtTheLookBeforeOnlyIfNothingWasWritten) {
  const auto began = std::filesystem::last_write_time(root_ / "state");
  // The folder's time as if the change had come so long after the begin: the looks are seconds apart, the test is not.
  const auto written_at = [&](int seconds) {
    std::filesystem::last_write_time(root_ / "state", began + std::chrono::seconds(seconds));
  };
  const auto start = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  const auto look = [&](int seconds) { return files_.look(start + Milliseconds(1000 * seconds)); };
  write("state/web.xml", "<domstatus/>");
  written_at(0);
  EXPECT_FALSE(look(0)) << "the first look";
  EXPECT_FALSE(look(0)) << "so shortly after a change there may be another";
  EXPECT_FALSE(look(5));
  EXPECT_TRUE(look(10));
  write("state/web.xml", "<domstatus/>");
  written_at(11);
  EXPECT_FALSE(look(15)) << "it paused";
  EXPECT_TRUE(look(17));
  std::filesystem::remove(root_ / "state/web.xml");
  written_at(18);
  EXPECT_FALSE(look(20)) << "it ended";
  EXPECT_FALSE(LibvirtFiles().look({}));
}

TEST_F(LibvirtFilesTest, TellThatTheStateWasWrittenAnew) {
  write("state/web.xml", "<domstatus/>");
  const auto before = files_.stamp("web");
  write("state/web.xml", "<domstatus/>");
  EXPECT_NE(files_.stamp("web"), before) << "also with the same text";
}

TEST_F(LibvirtFilesTest, TellThatADefinitionCameChangedOrWent) {
  write("state/web.xml", "<domstatus/>");
  const auto transient = files_.stamp("web");
  write("definitions/web.xml", "<domain/>");
  const auto defined = files_.stamp("web");
  EXPECT_NE(defined, transient);
  write("definitions/web.xml", "<domain/>");
  EXPECT_NE(files_.stamp("web"), defined);
  std::filesystem::remove(root_ / "definitions/web.xml");
  EXPECT_EQ(files_.stamp("web"), transient);
}

TEST_F(LibvirtFilesTest, TellNothingWhereLibvirtKeepsNone) {
  EXPECT_FALSE(files_.stamp("web"));
  write("definitions/web.xml", "<domain/>");
  EXPECT_FALSE(files_.stamp("web")) << "it does not run here";
  EXPECT_FALSE(files_.stamp("../state/web"));
  EXPECT_FALSE(LibvirtFiles().stamp("web"));
}

TEST_F(LibvirtFilesTest, TellNothingWhereTheDefinitionsCannotBeLookedAt) {
  write("state/web.xml", "<domstatus/>");
  std::filesystem::remove(root_ / "definitions");
  EXPECT_TRUE(files_.stamp("web")) << "libvirt makes the folder with the first definition";
  write("definitions", "");
  EXPECT_FALSE(files_.stamp("web")) << "any other error than that there is none says nothing of the definition";
}

TEST_F(LibvirtFilesTest, AreNotLookedAtOneByOneWhileTheirFoldersAreTheSame) {
  write("state/web.xml", "<domstatus/>");
  const auto before = at_look(Milliseconds(10'000));
  const auto time = std::filesystem::last_write_time(root_ / "state");
  write("state/web.xml", "<domstatus/>");
  std::filesystem::last_write_time(root_ / "state", time);
  EXPECT_EQ(at_look(Milliseconds(20'000)), before) << "the folder says that nothing was written";
  write("state/other.xml", "<domstatus/>");
  std::filesystem::last_write_time(root_ / "state", time + std::chrono::seconds(1));  // a tick of the clock later
  EXPECT_NE(at_look(Milliseconds(30'000)), before);
}

TEST_F(LibvirtFilesTest, AreLookedAtWhereADefinitionCameInTheirFolder) {
  write("state/web.xml", "<domstatus/>");
  const auto before = at_look(Milliseconds(10'000));
  const auto time = std::filesystem::last_write_time(root_ / "definitions");
  write("definitions/web.xml", "<domain/>");
  std::filesystem::last_write_time(root_ / "definitions", time + std::chrono::seconds(1));
  EXPECT_NE(at_look(Milliseconds(20'000)), before);
}

// The clock of a folder has ticks: what is written within the same one leaves the time as it was.
TEST_F(LibvirtFilesTest, AreLookedAtAgainWhereTheFolderWasWrittenAMomentBefore) {
  write("state/web.xml", "<domstatus/>");
  const auto before = at_look(Milliseconds(1));
  const auto time = std::filesystem::last_write_time(root_ / "state");
  write("state/web.xml", "<domstatus/>");
  std::filesystem::last_write_time(root_ / "state", time);
  EXPECT_NE(at_look(Milliseconds(10'000)), before);
}

TEST_F(LibvirtFilesTest, AreLookedAtAgainWhereTheFolderIsOfALaterTimeThanTheClock) {
  write("state/web.xml", "<domstatus/>");
  const auto before = at_look(-Milliseconds(10'000));
  const auto time = std::filesystem::last_write_time(root_ / "state");
  write("state/web.xml", "<domstatus/>");
  std::filesystem::last_write_time(root_ / "state", time);
  EXPECT_NE(at_look(Milliseconds(20'000)), before) << "the clock was set back in between";
}

}  // namespace
}  // namespace hotspot::collector
