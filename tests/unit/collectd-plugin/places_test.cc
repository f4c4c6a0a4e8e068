// Which domain is on which node, and how full the nodes are, minute by minute.
#include "collectd-plugin/dispatch/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace hotspot::collector {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

WallTime at_second(int second) { return WallTime(std::chrono::seconds(600 + second)); }

class PlacesTest : public ::testing::Test {
 protected:
  PlacesTest() {
    config_.cluster = "berlin";
    config_.own_host = "n1";
    snapshot_.node.cpus = 4;
    snapshot_.domains.resize(1);
    snapshot_.domains[0].name = "web1";
    names_ = {{.host = "web1", .plugin_instance = "", .disks = {}, .interfaces = {}}};
  }

  // One minute in which the domain used so many of the node's four CPUs, a number a read.
  std::vector<std::string> minute_of(const std::vector<telemetry::Measured>& cores) {
    Places places(config_, 5);
    int second = 0;
    for (const telemetry::Measured& one : cores) {
      snapshot_.domains[0].cpu_cores = one;
      EXPECT_FALSE(places.add(snapshot_, names_, at_second(second)));
      second += 5;
    }
    return lines(places.add(snapshot_, names_, at_second(60)));
  }
  static std::vector<std::string> lines(const std::optional<Places::Minute>& minute) {
    std::vector<std::string> all;
    for (const ValueList& list : minute.value_or(Places::Minute()).lists) {
      std::ostringstream text;
      text << list.host << "/" << list.plugin << "-" << list.plugin_instance << "/" << list.type << "-"
           << list.type_instance << " = " << std::get<double>(list.values.at(0));
      all.push_back(text.str());
    }
    return all;
  }

  PluginConfig config_;
  telemetry::NodeSnapshot snapshot_;
  std::vector<StoredDomain> names_;
};

TEST_F(PlacesTest, SaysWhatADomainTakesOfItsNodeAsTheMeanOfAMinute) {
  EXPECT_THAT(minute_of({1, 3}), Contains("hotspot/place-berlin/percent-web1@n1 = 50"));
}

TEST_F(PlacesTest, SaysNothingOfADomainThatWasNotMeasured) {
  EXPECT_THAT(minute_of({std::nullopt, std::nullopt}), Each(Not(HasSubstr("/place-"))));
  EXPECT_THAT(minute_of({std::nullopt, 2}), Contains("hotspot/place-berlin/percent-web1@n1 = 50"))
      << "what was not measured is not zero";
}

TEST_F(PlacesTest, SaysOfTheNodeWhatAFleetIsComparedBy) {
  snapshot_.node.cpu_ratio = 0.5;
  snapshot_.node.cpu_steal_ratio = 0.01;
  snapshot_.node.memory_bytes = 1000;
  snapshot_.node.memory_available_bytes = 500;
  snapshot_.node.pressure.cpu_some_ratio = 0.25;
  snapshot_.collector.read_seconds = 0.125;
  snapshot_.collector.timed_out_domains = 2;
  EXPECT_THAT(minute_of({1}),
              IsSupersetOf(
                  {"hotspot/fleet-berlin/percent-cpu@n1 = 50", "hotspot/fleet-berlin/percent-cpu_steal@n1 = 1",
                   "hotspot/fleet-berlin/percent-memory@n1 = 50", "hotspot/fleet-berlin/percent-pressure_cpu@n1 = 25",
                   "hotspot/fleet-berlin/gauge-volume@n1 = 4", "hotspot/fleet-berlin/gauge-domains@n1 = 1",
                   "hotspot/fleet-berlin/gauge-domains_timed_out@n1 = 2",
                   "hotspot/fleet-berlin/memory-available@n1 = 500", "hotspot/fleet-berlin/duration-read@n1 = 0.125"}));
}

TEST_F(PlacesTest, TakesTheLongestReadOfAMinuteAndTheLastNumberOfDomains) {
  Places places(config_, 5);
  snapshot_.collector.read_seconds = 0.5;
  places.add(snapshot_, names_, at_second(0));
  snapshot_.collector.read_seconds = 0.25;
  snapshot_.domains.clear();
  places.add(snapshot_, {}, at_second(30));
  EXPECT_THAT(
      lines(places.add(snapshot_, {}, at_second(61))),
      IsSupersetOf({"hotspot/fleet-berlin/duration-read@n1 = 0.5", "hotspot/fleet-berlin/gauge-domains@n1 = 0"}));
}

TEST_F(PlacesTest, StoresAMinuteUnderTheTimeOfItsLastReadAndWithAStepOfAMinute) {
  Places places(config_, 5);
  places.add(snapshot_, names_, at_second(10));
  places.add(snapshot_, names_, at_second(55));
  const auto minute = places.add(snapshot_, names_, at_second(60));
  ASSERT_TRUE(minute);
  EXPECT_EQ(minute->at, at_second(55));
  ASSERT_FALSE(minute->lists.empty());
  EXPECT_EQ(minute->lists[0].interval_seconds, 60);
}

TEST_F(PlacesTest, ForgetsADomainWithTheMinuteInWhichItLeft) {
  Places places(config_, 5);
  snapshot_.domains[0].cpu_cores = 1;
  places.add(snapshot_, names_, at_second(0));
  snapshot_.domains.clear();
  EXPECT_THAT(lines(places.add(snapshot_, {}, at_second(60))), Contains(HasSubstr("percent-web1@n1")));
  EXPECT_THAT(lines(places.add(snapshot_, {}, at_second(120))), Each(Not(HasSubstr("web1"))));
}

TEST_F(PlacesTest, StoresNothingWhereItIsSwitchedOff) {
  config_.places_reported = Reporting::kNo;
  EXPECT_THAT(minute_of({1, 3}), IsEmpty());
}

TEST_F(PlacesTest, PutsTheNameBehindAUuidAndNotBehindAName) {
  config_.hostname = {HostField::kUuid};
  names_[0].host = "6695eb01-f6a4-8304-79aa-97f2502e193f";
  EXPECT_THAT(minute_of({2}),
              Contains("hotspot/place-berlin/percent-6695eb01-f6a4-8304-79aa-97f2502e193f~web1@n1 = 50"));
  config_.hostname = {HostField::kHostname};
  config_.plugin_instance = {HostField::kName};
  names_[0] = {.host = "", .plugin_instance = "web1-6695eb01", .disks = {}, .interfaces = {}};
  EXPECT_THAT(minute_of({2}), Contains("hotspot/place-berlin/percent-web1-6695eb01@n1 = 50"));
}

TEST_F(PlacesTest, KeepsWithinWhatCollectdTakesAndTheNodeWhole) {
  config_.own_host = std::string(60, 'n');
  names_[0].host = std::string(127, 'd');
  const auto all = minute_of({2});
  ASSERT_THAT(all, Contains(HasSubstr("/percent-ddd")));
  for (const std::string& line : all) {
    if (!line.starts_with("hotspot/place-berlin/percent-")) continue;
    const std::string instance = line.substr(29, line.find(" = ") - 29);
    EXPECT_THAT(instance, SizeIs(127));
    EXPECT_TRUE(instance.ends_with("@" + config_.own_host)) << instance;
  }
}

TEST_F(PlacesTest, SaysTheMostHotspotsOfTheMinuteWhereSomebodyKnows) {
  Places places(config_, 5);
  places.add(snapshot_, names_, at_second(0), 0);
  places.add(snapshot_, names_, at_second(5), 2);
  places.add(snapshot_, names_, at_second(10), 1);
  places.add(snapshot_, names_, at_second(15));
  EXPECT_THAT(lines(places.add(snapshot_, names_, at_second(60))),
              Contains("hotspot/fleet-berlin/gauge-firing@n1 = 2"));
  EXPECT_THAT(lines(places.add(snapshot_, names_, at_second(120))), Not(Contains(HasSubstr("gauge-firing"))))
      << "nobody leads";
}

}  // namespace
}  // namespace hotspot::collector
