// Reads of the plugin on a fake libvirt, with a publisher and a collectd that only write down what they are given.
#include "collectd-plugin/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "telemetry/codec.h"
#include "tests/support/fakes/fake_hypervisor_reader.h"
#include "tests/support/wait.h"

namespace hotspot::collector {
namespace {

using fakes::FakeHypervisorReader;
using fakes::FakeLibvirt;
using hotspot::testing::wait_for;
using telemetry::NodeSnapshot;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What left the plugin, in order.
struct Written {
  std::vector<NodeSnapshot> snapshots;
  std::vector<Outgoing> published;
  std::vector<std::pair<ValueList, WallTime>> values;
  std::vector<std::string> log;
  std::vector<StateNotice> notices;
  std::vector<std::string> order;  // "publish" and "dispatch", runs of one as one
  PublisherCounts counts;

  void did(const char* what) {
    if (order.empty() || order.back() != what) order.push_back(what);
  }
};

class WritingPublisher : public Publisher {
 public:
  explicit WritingPublisher(Written& written) : written_(written) {}
  void publish(Outgoing snapshot) override {
    auto decoded = decoder_.decode(snapshot.snapshot);
    ASSERT_TRUE(decoded) << decoded.error().message << "\n" << snapshot.snapshot;
    written_.snapshots.push_back(*decoded);
    written_.published.push_back(std::move(snapshot));
    written_.did("publish");
  }
  PublisherCounts counts() const override { return written_.counts; }

 private:
  Written& written_;
  telemetry::SnapshotDecoder decoder_;
};

class SamplerTest : public ::testing::Test {
 protected:
  SamplerTest() {
    config_.connection = "test:///h1";
    config_.cluster = "test";
    config_.timeout_seconds = 20;
  }
  ~SamplerTest() override {
    libvirt_->release();
    sampler_.reset();
    EXPECT_TRUE(wait_for([this] { return libvirt_->readers() == 0; }));
  }

  void read(int times = 1) {
    if (!sampler_) sampler_ = make_sampler();
    for (int i = 0; i < times; ++i) sampler_->read();
  }
  const NodeSnapshot& newest() { return written_.snapshots.back(); }
  std::vector<double> gauges(const std::string& plugin, const std::string& type, const std::string& instance) {
    std::vector<double> found;
    for (const auto& [list, at] : written_.values) {
      if (list.plugin == plugin && list.type == type && list.type_instance == instance)
        found.push_back(std::visit([](auto value) { return static_cast<double>(value); }, list.values.at(0)));
    }
    return found;
  }

  Written written_;
  PluginConfig config_;
  std::shared_ptr<FakeLibvirt> libvirt_ = std::make_shared<FakeLibvirt>();
  std::unique_ptr<Sampler> sampler_;

 private:
  std::unique_ptr<Sampler> make_sampler() {
    const auto dispatch = [this](const ValueList& list, WallTime at) {
      written_.values.emplace_back(list, at);
      written_.did("dispatch");
    };
    const auto log = [this](Level level, const std::string& text) {
      written_.log.push_back((level == Level::kError  ? "error: "
                              : level == Level::kInfo ? "info: "
                                                      : "warning: ") +
                             text);
    };
    return std::make_unique<Sampler>(
        config_, 1,
        SamplerPorts{.make_reader = [libvirt = libvirt_] { return std::make_unique<FakeHypervisorReader>(libvirt); },
                     .publisher = std::make_unique<WritingPublisher>(written_),
                     .dispatch = dispatch,
                     .log = log,
                     .notify = [this](const StateNotice& notice) { written_.notices.push_back(notice); }});
  }
};

TEST_F(SamplerTest, SaysOnceAMinuteWhereADomainRunsAndHowFullTheNodeIs) {
  config_.own_host = "h1";
  read(59);
  EXPECT_THAT(gauges("place", "percent", "vm@h1"), IsEmpty());
  read(62);
  EXPECT_THAT(gauges("place", "percent", "vm@h1"), ElementsAre(12.5, 12.5)) << "half of one CPU of four, all the time";
  EXPECT_THAT(gauges("fleet", "gauge", "domains@h1"), ElementsAre(1, 1));
  const auto place = std::find_if(written_.values.begin(), written_.values.end(),
                                  [](const auto& one) { return one.first.plugin == "place"; });
  EXPECT_EQ(place->first.host, "hotspot");
  EXPECT_EQ(place->first.plugin_instance, "test");
}

TEST_F(SamplerTest, SendsASnapshotAndValuesOfEachRead) {
  read(2);
  ASSERT_EQ(written_.snapshots.size(), 2u);
  EXPECT_EQ(newest().cluster, "test");
  EXPECT_EQ(newest().interval_seconds, 1);
  EXPECT_EQ(newest().elapsed_seconds, 1.0);
  EXPECT_EQ(newest().node.name, "h1");
  EXPECT_EQ(newest().node.cpu_ratio, 0.25);
  ASSERT_EQ(newest().domains.size(), 1u);
  EXPECT_EQ(newest().domains[0].name, "vm");
  EXPECT_EQ(newest().domains[0].cpu_ratio, 0.25);
  EXPECT_EQ(written_.published.back().taken_at, newest().taken_at);
  EXPECT_EQ(written_.published.back().node, newest().node.uuid) << "what is signed is what the snapshot says";
  EXPECT_EQ(written_.published.back().sequence, newest().sequence);
  EXPECT_THAT(gauges("hotspot", "percent", "cpu"), ElementsAre(25)) << "the first read has no rates";
  EXPECT_THAT(gauges("virt", "domain_state", ""), ElementsAre(1, 1));
  EXPECT_THAT(written_.log, IsEmpty());
}

TEST_F(SamplerTest, PublishesBeforeItDispatches) {
  read(2);
  EXPECT_THAT(written_.order, ElementsAre("publish", "dispatch", "publish", "dispatch"));
}

TEST_F(SamplerTest, CountsItsReadsFromOneAndNotThoseThatFailed) {
  read(2);
  libvirt_->go_away("away");
  read(3);
  libvirt_->come_back();
  read();
  std::vector<std::uint64_t> sequence;
  for (const NodeSnapshot& snapshot : written_.snapshots) sequence.push_back(snapshot.sequence);
  EXPECT_THAT(sequence, ElementsAre(1, 2, 3));
  EXPECT_EQ(newest().elapsed_seconds, 4.0) << "the time since the last reading, whatever failed meanwhile";
}

TEST_F(SamplerTest, SaysOnceThatLibvirtIsAwayAndOnceThatItIsBack) {
  read();
  libvirt_->go_away("cannot connect to libvirt at test:///h1: connection refused");
  read(3);
  EXPECT_THAT(written_.log, ElementsAre("error: hotspot: libvirt at test:///h1 is away: cannot connect to libvirt at "
                                        "test:///h1: connection refused; trying again at each read"));
  EXPECT_EQ(written_.snapshots.size(), 1u);
  libvirt_->come_back();
  read(3);
  ASSERT_EQ(written_.log.size(), 2u) << ::testing::PrintToString(written_.log);
  EXPECT_THAT(written_.log[1],
              AllOf(HasSubstr("info: hotspot: libvirt at test:///h1 is back after "), HasSubstr(" s")));
  EXPECT_EQ(written_.snapshots.size(), 4u);
}

TEST_F(SamplerTest, SaysItAgainWhenLibvirtIsAwayAgain) {
  for (int i = 0; i < 2; ++i) {
    libvirt_->go_away("away");
    read(2);
    libvirt_->come_back();
    read(2);
  }
  EXPECT_EQ(written_.log.size(), 4u) << ::testing::PrintToString(written_.log);
}

TEST_F(SamplerTest, CountsReadsThatTimedOutAndGoesOn) {
  config_.timeout_seconds = 0.02;
  libvirt_->hang();
  read(2);
  EXPECT_THAT(written_.snapshots, IsEmpty());
  EXPECT_THAT(written_.log, ElementsAre(HasSubstr("libvirt has not answered in time")));
  libvirt_->release();
  ASSERT_TRUE(wait_for([this] {
    read();
    return !written_.snapshots.empty();
  }));
  const auto timed_out = gauges("hotspot", "derive", "reads_timed_out");
  ASSERT_FALSE(timed_out.empty());
  EXPECT_GE(timed_out.back(), 2);
}

TEST_F(SamplerTest, GoesOnAfterAMomentAndStoresWhatComesLaterFromAThreadOfItsOwn) {
  libvirt_->hang();
  const auto began = std::chrono::steady_clock::now();
  read();
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_LT(took, ReadWorker::kPatience + std::chrono::seconds(2)) << "the time-out is 20 s";
  EXPECT_THAT(written_.snapshots, IsEmpty());
  EXPECT_THAT(written_.log, IsEmpty()) << "its time is not over";
  libvirt_->release();
  ASSERT_TRUE(wait_for([this] { return libvirt_->answered() == 1; }));
  read();  // and the late one was handed on before
  EXPECT_EQ(written_.snapshots.size(), 2u);
  EXPECT_EQ(newest().elapsed_seconds, 1.0);
}

TEST_F(SamplerTest, SaysOnceWhoDoesNotAnswerAndOnceThatItDoes) {
  read();
  libvirt_->change([](Reading& reading) { reading.silent_domains = {"a", "b", "c", "d", "e", "f", "g"}; });
  read(3);
  EXPECT_THAT(written_.log, ElementsAre(HasSubstr("warning: hotspot: a, b, c, d, e and 2 more do not answer: ")));
  EXPECT_EQ(newest().collector.timed_out_domains, 7);
  libvirt_->change([](Reading& reading) { reading.silent_domains = {"b"}; });
  read(3);
  libvirt_->change([](Reading& reading) { reading.silent_domains = {}; });
  read(3);
  ASSERT_EQ(written_.log.size(), 3u) << ::testing::PrintToString(written_.log);
  EXPECT_THAT(written_.log[2], HasSubstr("info: hotspot: b answers again"));
}

TEST_F(SamplerTest, NotifiesOfChangesOfTheState) {
  read(2);
  EXPECT_THAT(written_.notices, IsEmpty());
  libvirt_->change([](Reading& reading) {
    reading.domains[0].state = 3;
    reading.domains[0].state_reason = 5;
  });
  read(2);
  ASSERT_EQ(written_.notices.size(), 1u);
  EXPECT_EQ(written_.notices[0].severity, Severity::kWarning);
  EXPECT_EQ(written_.notices[0].host, "vm");
  EXPECT_EQ(written_.notices[0].message, "Domain state: the domain is paused. Reason: paused due to a disk I/O error");
  libvirt_->change([](Reading& reading) { reading.domains.clear(); });
  read(2);
  ASSERT_EQ(written_.notices.size(), 2u);
  EXPECT_THAT(written_.notices[1].message, HasSubstr("shut off"));
}

TEST_F(SamplerTest, TellsWhoIsGoneBeforeWhoIsNew) {
  read(2);
  libvirt_->change([](Reading& reading) {
    reading.domains[0].uuid = "uuid-other";
    reading.domains[0].name = "other";
  });
  read(2);
  ASSERT_EQ(written_.notices.size(), 2u);
  EXPECT_EQ(written_.notices[0].host, "vm");
  EXPECT_THAT(written_.notices[0].message, HasSubstr("shut off"));
  EXPECT_EQ(written_.notices[1].host, "other");
  EXPECT_THAT(written_.notices[1].message, HasSubstr("running"));
}

TEST_F(SamplerTest, DoesNotTellThatADomainIsGoneWhereAnotherHasItsName) {
  read(2);
  libvirt_->change([](Reading& reading) { reading.domains[0].uuid = "uuid-created-anew"; });
  read(2);
  ASSERT_EQ(written_.notices.size(), 1u);
  EXPECT_EQ(written_.notices[0].host, "vm");
  EXPECT_THAT(written_.notices[0].message, HasSubstr("running"));
}

TEST_F(SamplerTest, KeepsDomainsOfOneNameApartAndSaysSoOnce) {
  config_.hostname = {HostField::kMetadata};
  libvirt_->change([](Reading& reading) {
    reading.domains.push_back(reading.domains[0]);
    reading.domains[1].uuid = "1f0c55ab-0000-4000-8000-000000000000";
    reading.domains[1].name = "other";
    const DomainDefinition shop{.metadata_name = "shop"};
    for (DomainReading& domain : reading.domains) domain.definition = std::make_shared<DomainDefinition>(shop);
  });
  read(3);
  std::set<std::string> hosts;
  for (const auto& [list, at] : written_.values)
    if (list.plugin == "virt") hosts.insert(list.host);
  EXPECT_THAT(hosts, ElementsAre("shop-1f0c55ab", "shop-6695eb01"));
  EXPECT_THAT(written_.log, ElementsAre(AllOf(HasSubstr("warning: hotspot: domain vm ("), HasSubstr("domain other ("),
                                              HasSubstr("would be stored under one name, 'shop'"))));
  EXPECT_EQ(newest().domains[0].name, "vm") << "the snapshot has the names as they are";
}

TEST_F(SamplerTest, StoresANameThatBeginsWithADotAndPublishesItAsItIs) {
  libvirt_->change([](Reading& reading) { reading.domains[0].name = ".hidden"; });
  read(2);
  for (const auto& [list, at] : written_.values) {
    if (list.plugin == "virt") {
      EXPECT_EQ(list.host, "_hidden");
    }
  }
  EXPECT_EQ(newest().domains[0].name, ".hidden");
  EXPECT_THAT(written_.log, ElementsAre(HasSubstr("info: hotspot: domain '.hidden' is stored as '_hidden'")));
}

TEST_F(SamplerTest, NotifiesAtEachReadWhereThatIsAskedFor) {
  config_.persistent_notification = true;
  read(3);
  EXPECT_EQ(written_.notices.size(), 3u);
}

TEST_F(SamplerTest, ReportsOnlyTheSelectedDomains) {
  libvirt_->change([](Reading& reading) {
    reading.domains.push_back(reading.domains[0]);
    reading.domains[1].uuid = "uuid-other";
    reading.domains[1].name = "other";
  });
  ASSERT_FALSE(config_.domains.add("/^oth/"));
  read();
  ASSERT_EQ(newest().domains.size(), 1u);
  EXPECT_EQ(newest().domains[0].name, "other");
  EXPECT_THAT(gauges("hotspot", "gauge", "domains"), ElementsAre(1));
  for (const auto& [list, at] : written_.values) EXPECT_NE(list.host, "vm") << list.type;
}

TEST_F(SamplerTest, MakesTheUriFromTheNodesNameWhereNoneIsConfigured) {
  read();
  EXPECT_EQ(newest().node.uri, "qemu+ssh://root@h1/system");
}

TEST_F(SamplerTest, SendsTheConfiguredUri) {
  config_.actuator_uri = "qemu+tcp://10.0.0.1/system";
  read();
  EXPECT_EQ(newest().node.uri, "qemu+tcp://10.0.0.1/system");
}

TEST_F(SamplerTest, TellsWhatThePublisherCounted) {
  written_.counts = {.published = 5, .dropped = 3, .reconnects = 2};
  read();
  EXPECT_EQ(newest().collector.dropped_snapshots, 3);
  EXPECT_FALSE(newest().collector.version.empty());
  EXPECT_THAT(gauges("hotspot", "derive", "snapshots_published"), ElementsAre(5));
  EXPECT_THAT(gauges("hotspot", "derive", "snapshots_dropped"), ElementsAre(3));
  EXPECT_THAT(gauges("hotspot", "derive", "redis_reconnects"), ElementsAre(2));
  EXPECT_GT(gauges("hotspot", "bytes", "snapshot").at(0), 100);
}

TEST_F(SamplerTest, StoresReadsThatCameEarlyInSecondsOfTheirOwn) {
  const WallTime middle = from_unix_ms(1'800'000'100'510);
  libvirt_->change([&](Reading& reading) { reading.taken_at = middle - std::chrono::seconds(1); });
  read();
  libvirt_->change([&](Reading& reading) { reading.taken_at -= Milliseconds(20); });  // the next comes 20 ms early
  read();
  EXPECT_EQ(newest().taken_at, middle + Milliseconds(980)) << "the snapshot keeps its own time";
  const WallTime first = written_.values.front().second, second = written_.values.back().second;
  EXPECT_EQ(first, middle);
  EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(second + Milliseconds(500)) -
                std::chrono::floor<std::chrono::seconds>(first + Milliseconds(500)),
            std::chrono::seconds(1))
      << to_unix_ms(second);
}

}  // namespace
}  // namespace hotspot::collector
