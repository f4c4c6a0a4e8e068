#include "actuator/rules/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actuator/rules/evaluate/evaluate.h"

namespace hotspot::rules {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr WallTime at(std::int64_t seconds) { return from_unix_ms(1'763'700'000'000 + seconds * 1000); }
const LabelSet kX{{"__name__", "x"}, {"a", "1"}};

// "seconds:value" of every sample.
std::vector<std::string> samples(const Store& store, const std::string& name = "x") {
  std::vector<std::string> lines;
  for (const Store::Series& series : store.select(name, {})) {
    std::vector<Sample> all;
    series.range(0, to_unix_ms(at(100'000'000)), all);
    for (const Sample& sample : all) {
      lines.push_back(std::to_string((sample.time_ms - to_unix_ms(at(0))) / 1000) + ":" +
                      std::to_string(static_cast<int>(sample.value)));
    }
  }
  return lines;
}

TEST(Store, KeepsLateSamplesInTheirPlaceAndTheFirstOfTwo) {
  Store store;
  for (const int second : {10, 30, 20, 0}) EXPECT_TRUE(store.append(kX, at(second), second));
  EXPECT_FALSE(store.append(kX, at(20), 99));
  EXPECT_THAT(samples(store), ElementsAre("0:0", "10:10", "20:20", "30:30"));
}

TEST(Store, ForgetsWhatIsOlderThanItsRulesLookBack) {
  Store store;
  store.retain(30s, {{"y", 5s}});
  for (int second = 0; second <= 1000; second += 10) {
    store.append(kX, at(second), second);
    store.append({{"__name__", "y"}}, at(second), second);
  }
  EXPECT_THAT(samples(store), ElementsAre("970:970", "980:980", "990:990", "1000:1000"));
  EXPECT_THAT(samples(store, "y"), ElementsAre("1000:1000"));
  EXPECT_FALSE(store.append(kX, at(960), 1));
  EXPECT_TRUE(store.append(kX, at(975), 1));
}

TEST(Store, ForgetsMoreWhenRulesLookBackLess) {
  Store store;
  for (int second = 0; second <= 100; second += 10) store.append(kX, at(second), second);
  store.retain(20s);
  EXPECT_THAT(samples(store), ElementsAre("80:80", "90:90", "100:100"));
}

TEST(Store, HoldsItsMemoryWhileDomainsComeAndGoByTheThousand) {
  Store store;
  store.retain(60s);
  std::size_t most = 0, first = 0;
  for (int second = 0; second < 20'000; second += 10) {
    Table& table = store.node_table("h1", Table::Kind::kDomains);
    const std::size_t frame = table.frame(to_unix_ms(at(second)), stale_marker())->index;
    const std::uint32_t column = store.column(table, "domain_cpu_ratio");
    for (int domain = 0; domain < 10; ++domain) {  // each lives for one sample
      const std::string name = "vm" + std::to_string(second * 10 + domain);
      const auto labels = std::make_shared<const Labels>(Labels{{"domain", name}, {"node", "h1"}});
      EXPECT_TRUE(table.set(frame, column, table.row(labels), 1));
    }
    table.trim();
    most = std::max(most, store.size().bytes);
    if (second == 1000) first = store.size().bytes;
  }
  EXPECT_LE(most, first * 3 / 2) << "bytes after 1000 s: " << first;
  EXPECT_LE(store.select("domain_cpu_ratio", {}).size(), 100u);
}

TEST(Store, ASeriesEndsWithTheStaleMarker) {
  Store store;
  store.append(kX, at(0), 1);
  store.append(kX, at(10), stale_marker());
  const Store::Series series = store.select("x", {}).front();
  EXPECT_TRUE(series.at(to_unix_ms(at(9)), 300'000).has_value());
  EXPECT_FALSE(series.at(to_unix_ms(at(10)), 300'000).has_value());
  EXPECT_THAT(samples(store), ElementsAre("0:1"));
}

TEST(Store, PutsHistoryBesideTheSamplesOfTheNode) {
  Store store;
  Table& table = store.node_table("h1", Table::Kind::kDomains);
  const auto labels = std::make_shared<const Labels>(Labels{{"domain", "a"}, {"node", "h1"}});
  table.set(table.frame(to_unix_ms(at(100)), stale_marker())->index, store.column(table, "domain_cpu_ratio"),
            table.row(labels), 7);
  const LabelSet series{{"__name__", "domain_cpu_ratio"}, {"domain", "a"}, {"node", "h1"}};
  const std::vector<Sample> history{
      {to_unix_ms(at(80)), 5}, {to_unix_ms(at(90)), 6}, {to_unix_ms(at(100)), 99}, {to_unix_ms(at(70)), 4}};
  EXPECT_EQ(store.append_many(series, history), 3u);
  EXPECT_THAT(samples(store, "domain_cpu_ratio"), ElementsAre("70:4", "80:5", "90:6", "100:7"));
  EXPECT_EQ(store.select("domain_cpu_ratio", {}).size(), 1u);
}

TEST(Store, TakesHistoryOfADomainThatItDoesNotKnowYet) {
  Store store;
  const LabelSet b{{"__name__", "domain_cpu_ratio"}, {"domain", "b"}, {"node", "h1"}};
  const LabelSet a{{"__name__", "domain_cpu_ratio"}, {"domain", "a"}, {"node", "h1"}};
  EXPECT_TRUE(store.append(b, at(10), 2));
  EXPECT_TRUE(store.append(a, at(0), 1));
  EXPECT_THAT(samples(store, "domain_cpu_ratio"), ElementsAre("10:2", "0:1"));
  EXPECT_EQ(store.oldest(), at(0));
  EXPECT_EQ(store.newest(), at(10));
}

TEST(Store, TakesAWeekOfHistoryInAnyOrder) {
  Store store;
  Table& table = store.node_table("h1", Table::Kind::kDomains);
  const auto labels = std::make_shared<const Labels>(Labels{{"domain", "a"}, {"node", "h1"}});
  table.set(table.frame(to_unix_ms(at(700'005)), stale_marker())->index, store.column(table, "domain_cpu_ratio"),
            table.row(labels), 1);
  std::vector<Sample> history;
  for (int i = 10'080; i > 0; --i) history.push_back({to_unix_ms(at(i * 60)), static_cast<double>(i)});
  for (const char* domain : {"a", "b"}) {
    const LabelSet series{{"__name__", "domain_cpu_ratio"}, {"domain", domain}, {"node", "h1"}};
    EXPECT_EQ(store.append_many(series, history), history.size());
  }
  std::vector<Sample> found;
  store.select("domain_cpu_ratio", {}).front().range(to_unix_ms(at(60)), to_unix_ms(at(180)), found);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[1], (Sample{to_unix_ms(at(120)), 2}));
}

TEST(Table, MovesBackWithAClockThatWasSetBack) {
  Store store;
  store.append(kX, at(0), 1);
  store.append(kX, at(10), 2);
  for (const auto& [key, table] : store.tables()) table->move_back_to(to_unix_ms(at(-3600)));
  EXPECT_THAT(samples(store), ElementsAre("-3610:1", "-3600:2"));
}

}  // namespace
}  // namespace hotspot::rules
