#include "actuator/model/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/model/load.h"
#include "actuator/model/series.h"

namespace hotspot::model {
namespace {

using std::chrono::seconds;

WallTime at(int second) { return from_unix_ms(1'700'000'000'000) + seconds(second); }

HistorySeries series(std::string name, std::string node, std::string domain, std::vector<HistorySample> samples) {
  return {std::move(name), std::move(node), std::move(domain), -1, "", seconds(10), std::move(samples)};
}

TEST(SnapshotsOf, MakesOneSnapshotANodeAndStepInOrderOfTime) {
  const auto snapshots = snapshots_of({series("node_cpu_ratio", "h1", "", {{at(10), 0.5}, {at(20), 0.6}}),
                                       series("domain_cpu_ratio", "h1", "a", {{at(10), 0.9}, {at(20), 0.8}}),
                                       series("node_cpu_ratio", "h2", "", {{at(10), 0.1}})});
  ASSERT_EQ(snapshots.size(), 3U);
  EXPECT_EQ(snapshots[0].node.name, "h1");
  EXPECT_EQ(snapshots[1].node.name, "h2");
  EXPECT_EQ(snapshots[2].taken_at, at(20));
  EXPECT_EQ(snapshots[2].sequence, 2U);
  EXPECT_EQ(snapshots[2].interval_seconds, 10);
  ASSERT_EQ(snapshots[2].domains.size(), 1U);
  EXPECT_EQ(snapshots[2].domains[0].name, "a");
  EXPECT_EQ(snapshots[2].domains[0].cpu_ratio, 0.8);
  EXPECT_TRUE(is_running(snapshots[2].domains[0]));
}

// Each stored value alone and together with others: what stored_inputs() names is enough for what it names it for.
TEST(StoredInputs, AreAllThatASeriesIsMadeOf) {
  const std::vector<HistorySeries> everything = [] {
    std::vector<HistorySeries> all;
    double value = 1;
    for (const char* name : {"domain_cpu_ratio", "domain_cpu_cores", "domain_cpu_node_ratio", "domain_vcpus",
                             "domain_cpu_user_cores", "domain_cpu_system_cores", "domain_memory_balloon_bytes",
                             "domain_memory_available_bytes", "domain_memory_usable_bytes"}) {
      value += 0.125;
      all.push_back(
          series(name, "h1", "a", {{at(10), std::string_view(name).ends_with("bytes") ? 1e9 / value : value / 9}}));
    }
    for (const char* name : {"node_cpu_ratio", "node_memory_taken_bytes", "node_memory_available_bytes"}) {
      all.push_back(series(name, "h1", "", {{at(10), std::string_view(name).ends_with("bytes") ? 4e9 : 0.25}}));
    }
    for (const char* name : {"domain_net_receive_bytes_per_second", "domain_net_transmit_bytes_per_second",
                             "node_net_receive_bytes_per_second", "node_net_transmit_bytes_per_second",
                             "node_net_speed_bytes_per_second"}) {
      all.push_back(series(name, "h1", name[0] == 'd' ? "a" : "",
                           {{at(10), std::string_view(name).find("speed") == std::string_view::npos ? 1e7 : 1e8}}));
      all.back().device = "eth0";
    }
    return all;
  }();
  {
    const auto volume = series_of(snapshots_of(everything));
    const auto found =
        std::find_if(volume.begin(), volume.end(), [](const auto& one) { return one.name == "node_net_used_ratio"; });
    ASSERT_NE(found, volume.end());
    EXPECT_DOUBLE_EQ(found->samples.at(0).value, 0.1);
  }
  const auto values_of = [](const std::vector<HistorySeries>& stored, std::string_view name) {
    std::vector<HistorySeries> made = series_of(snapshots_of(stored));
    std::erase_if(made, [&](const HistorySeries& one) { return one.name != name; });
    return made;
  };
  for (unsigned left_out = 0; left_out < 1U << everything.size(); left_out += 1009) {
    std::vector<HistorySeries> stored;
    for (std::size_t i = 0; i < everything.size(); ++i) {
      if ((left_out >> i & 1) == 0) stored.push_back(everything[i]);
    }
    for (const SeriesInfo& info : series_catalog()) {
      const std::vector<std::string> inputs = stored_inputs(info.name);
      if (inputs.empty() || info.name == "node_domains") continue;  // counts whatever is stored of a domain
      std::vector<HistorySeries> some;
      for (const HistorySeries& one : stored) {
        if (std::find(inputs.begin(), inputs.end(), one.name) != inputs.end()) some.push_back(one);
      }
      ASSERT_EQ(values_of(some, info.name), values_of(stored, info.name)) << info.name << " without " << left_out;
    }
  }
}

TEST(SnapshotsOf, LeavesEmptyWhatWasNotStoredThen) {
  const auto snapshots = snapshots_of({series("node_cpu_ratio", "h1", "", {{at(10), 0.5}, {at(20), 0.6}}),
                                       series("domain_cpu_ratio", "h1", "a", {{at(10), 0.9}})});
  ASSERT_EQ(snapshots.size(), 2U);
  EXPECT_EQ(snapshots[1].domains.size(), 0U);
  EXPECT_FALSE(snapshots[0].node.memory_available_bytes.has_value());
  EXPECT_FALSE(snapshots[0].domains[0].memory_balloon_bytes.has_value());
}

TEST(SnapshotsOf, FindsTheSizeOfTheNodeInWhatIsStored) {
  const auto snapshots = snapshots_of({series("domain_cpu_cores", "h1", "a", {{at(10), 1.5}}),
                                       series("domain_cpu_node_ratio", "h1", "a", {{at(10), 0.1875}}),
                                       series("node_memory_taken_bytes", "h1", "", {{at(10), 6e9}}),
                                       series("node_memory_available_bytes", "h1", "", {{at(10), 2e9}})});
  ASSERT_EQ(snapshots.size(), 1U);
  EXPECT_EQ(snapshots[0].node.cpus, 8);
  EXPECT_EQ(snapshots[0].node.memory_bytes, 8'000'000'000);
  EXPECT_DOUBLE_EQ(*node_memory_used_ratio(snapshots[0].node), 0.75);
}

TEST(SnapshotsOf, TurnsUserTimeIntoARatioOfTheVcpus) {
  const auto snapshots = snapshots_of({series("domain_cpu_user_cores", "h1", "a", {{at(10), 1.0}}),
                                       series("domain_cpu_system_cores", "h1", "b", {{at(10), 1.0}}),
                                       series("domain_vcpus", "h1", "a", {{at(10), 2}})});
  ASSERT_EQ(snapshots.at(0).domains.size(), 2U);
  EXPECT_EQ(snapshots[0].domains[0].cpu_user_ratio, 0.5);
  EXPECT_FALSE(snapshots[0].domains[1].cpu_system_ratio.has_value());
}

TEST(SnapshotsOf, PlacesADomainWhoseFilesDoNotSayTheNode) {
  const std::vector<HistorySeries> history{series("node_cpu_ratio", "h1", "", {{at(10), 0.5}}),
                                           series("domain_cpu_ratio", "", "a", {{at(10), 0.9}}),
                                           series("domain_cpu_ratio", "", "b", {{at(10), 0.9}})};
  const auto snapshots = snapshots_of(history, {{"a", "h1"}});
  ASSERT_EQ(snapshots.size(), 2U);
  EXPECT_EQ(snapshots[0].node.name, "");
  EXPECT_EQ(snapshots[0].domains.at(0).name, "b");
  EXPECT_EQ(snapshots[1].node.name, "h1");
  EXPECT_EQ(snapshots[1].domains.at(0).name, "a");
}

TEST(SnapshotsOf, TakesEachSeriesAtItsOwnResolution) {
  HistorySeries coarse = series("domain_cpu_ratio", "h1", "a", {{at(30), 0.3}});
  coarse.step = seconds(30);
  const auto snapshots =
      snapshots_of({series("node_cpu_ratio", "h1", "", {{at(20), 1}, {at(30), 1}, {at(50), 1}, {at(60), 1}}), coarse});
  ASSERT_EQ(snapshots.size(), 4U);
  EXPECT_EQ(snapshots[0].domains.size(), 0U);
  EXPECT_EQ(snapshots[2].domains.size(), 1U);  // 20 s after a mean of 30 s
  EXPECT_EQ(snapshots[3].domains.size(), 0U);
}

TEST(SeriesOf, GivesEverySeriesThatTheSnapshotsHaveAValueFor) {
  HistorySeries disk = series("domain_block_read_bytes_per_second", "h1", "a", {{at(10), 100}});
  disk.device = "vda";
  const auto all = series_of(snapshots_of({series("domain_memory_usable_bytes", "h1", "a", {{at(10), 25}}),
                                           series("domain_memory_available_bytes", "h1", "a", {{at(10), 100}}), disk}));
  const auto named = [&](std::string_view name) -> const HistorySeries* {
    for (const HistorySeries& one : all) {
      if (one.name == name) return &one;
    }
    return nullptr;
  };
  ASSERT_NE(named("domain_memory_used_ratio"), nullptr);
  EXPECT_EQ(named("domain_memory_used_ratio")->samples, (std::vector<HistorySample>{{at(10), 0.75}}));
  ASSERT_NE(named("domain_block_read_bytes_per_second"), nullptr);
  EXPECT_EQ(named("domain_block_read_bytes_per_second")->device, "vda");
  EXPECT_EQ(named("domain_cpu_ratio"), nullptr);
  EXPECT_EQ(named("snapshot_age_seconds"), nullptr);
  // Not measured is not zero.
  EXPECT_EQ(named("node_cpus"), nullptr);
  EXPECT_EQ(named("node_memory_bytes"), nullptr);
}

}  // namespace
}  // namespace hotspot::model
