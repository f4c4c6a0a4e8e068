// What every HypervisorReader promises, on the fake one and on libvirt's test driver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "collectd-plugin/libvirt_reader.h"
#include "tests/support/fakes/fake_hypervisor_reader.h"

namespace hotspot::contract {
namespace {

using collector::Count;
using collector::HypervisorReader;
using collector::Reading;
using ::testing::HasSubstr;

constexpr const char* kTestDomain = "6695eb01-f6a4-8304-79aa-97f2502e193f";  // the one in test:///default

class ReaderBody {
 public:
  virtual ~ReaderBody() = default;
  // Of a node with one running domain.
  virtual std::unique_ptr<HypervisorReader> reader() = 0;
  // Of a node that cannot be reached, until be_there().
  virtual std::unique_ptr<HypervisorReader> reader_of_what_is_not_there() = 0;
  virtual void be_there() = 0;
  virtual std::string domain_name() = 0;
};

class FakeBody : public ReaderBody {
 public:
  std::unique_ptr<HypervisorReader> reader() override {
    return std::make_unique<fakes::FakeHypervisorReader>(std::make_shared<fakes::FakeLibvirt>());
  }
  std::unique_ptr<HypervisorReader> reader_of_what_is_not_there() override {
    absent_->go_away("cannot connect to libvirt at fake:///absent: nobody is there");
    return std::make_unique<fakes::FakeHypervisorReader>(absent_);
  }
  void be_there() override { absent_->come_back(); }
  std::string domain_name() override { return "vm"; }

 private:
  std::shared_ptr<fakes::FakeLibvirt> absent_ = std::make_shared<fakes::FakeLibvirt>();
};

class LibvirtTestBody : public ReaderBody {
 public:
  ~LibvirtTestBody() override { std::filesystem::remove_all(folder_); }
  std::unique_ptr<HypervisorReader> reader() override { return reader_at("test:///default"); }
  std::unique_ptr<HypervisorReader> reader_of_what_is_not_there() override {
    return reader_at("test://" + folder_ + "/absent.xml");
  }
  void be_there() override {
    std::ofstream(folder_ + "/absent.xml")
        << "<node><domain type='test'><name>test</name><uuid>" << kTestDomain
        << "</uuid><memory>8388608</memory><vcpu>2</vcpu><os><type>hvm</type></os></domain></node>";
  }
  std::string domain_name() override { return "test"; }

 private:
  static std::unique_ptr<HypervisorReader> reader_at(const std::string& uri) {
    collector::LibvirtReaderOptions options;
    options.uri = uri;
    return std::make_unique<collector::LibvirtReader>(options);
  }

  std::string folder_ = [] {
    std::string made = ::testing::TempDir() + "/hotspot-reader-XXXXXX";
    return std::filesystem::path(mkdtemp(made.data())).lexically_normal().string();
  }();
};

struct Maker {
  const char* name;
  std::unique_ptr<ReaderBody> (*make)();
};
void PrintTo(const Maker& maker, std::ostream* out) { *out << maker.name; }

const Maker kBodies[] = {{"Fake", [] { return std::unique_ptr<ReaderBody>(new FakeBody); }},
                         {"LibvirtTest", [] { return std::unique_ptr<ReaderBody>(new LibvirtTestBody); }}};

class ReaderContract : public ::testing::TestWithParam<Maker> {
 protected:
  static Reading read(HypervisorReader& reader) {
    auto read = reader.read();
    if (read) return std::move(*read);
    ADD_FAILURE() << read.error().message;
    return {};
  }

  std::unique_ptr<ReaderBody> body_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(Bodies, ReaderContract, ::testing::ValuesIn(kBodies),
                         [](const auto& body) { return body.param.name; });

TEST_P(ReaderContract, KnowsTheNode) {
  const auto reader = body_->reader();
  const Reading reading = read(*reader);
  EXPECT_FALSE(reading.node.fixed.uuid.empty());
  EXPECT_FALSE(reading.node.fixed.name.empty());
  EXPECT_GE(reading.node.fixed.cpus, 1);
  EXPECT_GT(reading.node.fixed.memory_bytes, 0);
  EXPECT_TRUE(reading.node.cpu_user_ns && reading.node.cpu_system_ns && reading.node.cpu_idle_ns);
}

TEST_P(ReaderContract, LeavesTheRatesToTheCollector) {
  const auto reader = body_->reader();
  read(*reader);
  const telemetry::NodeSample& node = read(*reader).node.fixed;
  EXPECT_EQ(node.cpu_ratio, std::nullopt);
  EXPECT_EQ(node.cpu_user_ratio, std::nullopt);
  EXPECT_EQ(node.cpu_domains_ratio, std::nullopt);
}

TEST_P(ReaderContract, KnowsTheRunningDomain) {
  const auto reader = body_->reader();
  const Reading reading = read(*reader);
  ASSERT_EQ(reading.domains.size(), 1u);
  EXPECT_EQ(reading.domains[0].uuid, kTestDomain);
  EXPECT_EQ(reading.domains[0].name, body_->domain_name());
  EXPECT_EQ(reading.domains[0].state, 1);
  EXPECT_TRUE(reading.domains[0].definition->migration_obstacles.empty())
      << reading.domains[0].definition->migration_obstacles[0];
}

TEST_P(ReaderContract, GoesForwardInTime) {
  const auto reader = body_->reader();
  const Reading first = read(*reader), second = read(*reader);
  EXPECT_GT(second.at, first.at);
  EXPECT_GE(second.taken_at, first.taken_at);
  EXPECT_GE(first.read_seconds, 0);
  EXPECT_LT(first.read_seconds, 60);
}

TEST_P(ReaderContract, CountsNeverBackwards) {
  const auto reader = body_->reader();
  const Reading first = read(*reader), second = read(*reader);
  using N = collector::NodeReading;
  for (const auto counter : {&N::cpu_user_ns, &N::cpu_system_ns, &N::cpu_idle_ns}) {
    ASSERT_TRUE(first.node.*counter && second.node.*counter);
    EXPECT_GE(*(second.node.*counter), *(first.node.*counter));
  }
  ASSERT_EQ(first.domains.size(), second.domains.size());
  for (std::size_t i = 0; i < first.domains.size(); ++i) {
    EXPECT_EQ(first.domains[i].uuid, second.domains[i].uuid);
    const Count before = first.domains[i].cpu_ns, now = second.domains[i].cpu_ns;
    EXPECT_EQ(before.has_value(), now.has_value());
    EXPECT_GE(now.value_or(0), before.value_or(0));
  }
}

TEST_P(ReaderContract, KeepsTheNamesOfTheNode) {
  const auto reader = body_->reader();
  const Reading first = read(*reader), second = read(*reader);
  EXPECT_EQ(first.node.fixed.uuid, second.node.fixed.uuid);
  EXPECT_EQ(first.node.fixed.name, second.node.fixed.name);
  EXPECT_EQ(first.node.fixed.cpus, second.node.fixed.cpus);
}

TEST_P(ReaderContract, SaysWhyItCannotReadAndReadsWhenItCan) {
  const auto reader = body_->reader_of_what_is_not_there();
  for (int i = 0; i < 3; ++i) {
    const auto refused = reader->read();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("cannot connect to libvirt at "));
    EXPECT_THAT(refused.error().message, HasSubstr("absent"));
    EXPECT_GT(refused.error().message.size(), 50u) << refused.error().message;
  }
  body_->be_there();
  const Reading reading = read(*reader);
  ASSERT_EQ(reading.domains.size(), 1u);
  EXPECT_EQ(reading.domains[0].name, body_->domain_name());
}

TEST(LibvirtReader, KnowsWhichUrisSpeakOfThisMachine) {
  using collector::is_local;
  EXPECT_TRUE(is_local("qemu:///system"));
  EXPECT_TRUE(is_local("qemu+unix:///system?socket=/run/x"));
  EXPECT_FALSE(is_local("qemu+ssh://root@h1/system"));
  EXPECT_FALSE(is_local("qemu+tcp://h1/system"));
  EXPECT_FALSE(is_local("test:///default"));
  EXPECT_FALSE(is_local(""));
}

}  // namespace
}  // namespace hotspot::contract
