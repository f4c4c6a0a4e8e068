#include "telemetry/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "telemetry/published_metrics.h"

namespace hotspot::telemetry {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPublishedNode = "11111111-2222-3333-4444-555555555555";

NewsItem news_item(std::uint64_t number, std::string text = "web1: vCPUs 1 → 2 done") {
  return {.number = number,
          .at = from_unix_ms(1'700'000'000'000),
          .severity = NewsSeverity::kWarning,
          .kind = NewsKind::kAction,
          .node = kPublishedNode,
          .domain = "web1",
          .name = "set_vcpus",
          .text = std::move(text)};
}

Published some() {
  Published all;
  all.head = {.cluster = "test",
              .at = from_unix_ms(1'700'000'000'123),
              .sequence = 7,
              .writer = kPublishedNode,
              .news = 1'700'000'000'001};
  all.metrics = {{"nodes_fresh", 3}, {"evaluation", 0.0125}};
  all.decisions = {{"act", 2}, {"nothing", 9}};
  all.firing = {{"NodeCpuHot", 1}};
  all.firing_nodes = {{"c0ffee00-0000-4000-8000-000000000001", 2}};
  ActionCounts moves{.kind = "migrate", .rule = "NodeCpuHot", .begun = 2, .done = 1, .failed = 1};
  moves.duration.add(12.5);
  moves.downtime.add(0.061);
  moves.prediction.add(1.02);
  all.actions = {moves, {.kind = "set_vcpus", .rule = "DomainCpuHot"}};
  all.limits = {{.rule = "NodeCpuHot", .metric = "node_cpu_ratio", .comparison = ">", .number = 0.9}};
  all.news = {news_item(1'700'000'000'000), news_item(1'700'000'000'001, "a \"quoted\" text")};
  return all;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what << " is not in " << text;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

TEST(Published, ComesBackAsItWasWritten) {
  const auto read = decode_published(encode(some()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, some()) << encode(*read);
}

TEST(Published, TellsFromItsFirstBytesAloneWhatIsNew) {
  const auto head = decode_published_head(std::string_view(encode(some())).substr(0, kPublishedHeadBytes));
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(*head, some().head);
}

TEST(Published, HasItsWholeHeadInTheFirstBytesWhateverTheNames) {
  Published all = some();
  all.head.cluster = std::string(64, 'c');
  all.head.sequence = all.head.news = UINT64_MAX;
  for (const char of : {'"', '\x01'}) {
    all.head.writer = std::string(1000, of);
    EXPECT_TRUE(decode_published_head(std::string_view(encode(all)).substr(0, kPublishedHeadBytes)));
  }
}

TEST(Published, StaysBelowItsBoundAndLeavesOutTheOldestNewsAndTheLastRules) {
  Published all = some();
  all.news.clear();
  for (std::uint64_t i = 0; i < 1000; ++i) all.news.push_back(news_item(i, std::string(5000, '\x01')));
  for (int i = 0; i < 2000; ++i) {
    all.actions.push_back({.kind = "migrate", .rule = std::string(500, 'r') + std::to_string(i)});
    all.limits.push_back({.rule = std::string(500, 'l'), .metric = "m", .comparison = ">"});
    all.firing[std::to_string(i) + std::string(500, 'f')] = 1;
    all.firing_nodes[std::to_string(i) + std::string(500, 'n')] = 1;
  }
  const std::string text = encode(all);
  EXPECT_LE(text.size(), kMostPublishedBytes);
  const auto read = decode_published(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_LE(read->news.size(), kMostPublishedNews);
  ASSERT_FALSE(read->news.empty());
  EXPECT_EQ(read->news.back().number, 999u) << "the newest are kept";
  EXPECT_EQ(read->actions.front().rule, "NodeCpuHot");
  const std::size_t kept =
      read->news.size() + read->actions.size() + read->limits.size() + read->firing.size() + read->firing_nodes.size();
  EXPECT_EQ(read->left_out,
            32 + all.actions.size() + all.limits.size() + all.firing.size() + all.firing_nodes.size() - kept)
      << "what had no room is counted; of the news none but the newest 32 count";
}

TEST(Published, CutsALongTextAtACharactersEnd) {
  Published all = some();
  all.news = {news_item(1, std::string(kMostPublishedText - 1, 'x') + "→")};
  const auto read = decode_published(encode(all));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->news.front().text, std::string(kMostPublishedText - 1, 'x'));
}

TEST(Published, SkipsNamesOfMetricsThatItDoesNotKnow) {
  const auto read =
      decode_published(replaced(encode(some()), "\"nodes_fresh\":3", "\"../../etc\":3,\"nodes_fresh\":4"));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->metrics, (std::map<std::string, double>{{"evaluation", 0.0125}, {"nodes_fresh", 4}}));
}

TEST(Published, SkipsKindsOfActionsThatItDoesNotKnow) {
  const auto read = decode_published(replaced(encode(some()), "\"migrate\"", "\"../x\""));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->actions.size(), 1u);
  EXPECT_EQ(read->actions.front().kind, "set_vcpus");
}

TEST(Published, OfAnotherSchemaIsRefusedWithASentence) {
  const auto read = decode_published(replaced(encode(some()), "\"schema\":1", "\"schema\":2"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("schema 2, and this version knows 1"));
}

TEST(Published, ThatIsForgedIsRefusedWhole) {
  const std::string right = encode(some());
  std::string many = "\"news\":[";
  for (std::size_t i = 0; i <= kMostPublishedNews; ++i)
    many += R"({"number":1,"at_ms":1,"severity":"okay","kind":"action"},)";
  for (const std::string& forged :
       {std::string(), std::string("\n"), std::string(600, '{'), right.substr(0, right.size() / 2),
        right + std::string(kMostPublishedBytes, ' '), replaced(right, "\"begun\":2", "\"begun\":-2"),
        replaced(right, "\"begun\":2", "\"begun\":2e400"),
        replaced(right, "\"comparison\":\">\"", "\"comparison\":\"; rm\""),
        replaced(right, "\"severity\":\"warning\"", "\"severity\":\"exec\""),
        replaced(right, "\"at_ms\":1700000000000", "\"at_ms\":9223372036854775807"),
        replaced(right, "\"domain\":\"web1\"", "\"domain\":\"" + std::string(kMostPublishedName + 1, 'd') + "\""),
        replaced(right, "\"duration\":[12.5,0", "\"duration\":[12.5,0,0"), replaced(right, "\"news\":[", many),
        replaced(right, "\"firing\":[[", "\"firing\":[[[[[[[[[["), replaced(right, "[[\"act\",2]", "[[2,\"act\"]")}) {
    const auto read = decode_published(forged);
    ASSERT_FALSE(read) << forged.substr(0, 400);
    EXPECT_THAT(read.error().message, HasSubstr("cannot be used"));
  }
}

TEST(PublishedMetrics, AreKnownByNameInOrder) {
  std::string before;
  for (const PublishedMetric& one : published_metrics()) {
    EXPECT_LT(before, one.name);
    EXPECT_EQ(find_published_metric(one.name), &one);
    before = one.name;
  }
  EXPECT_EQ(find_published_metric("nodes"), nullptr);
}

TEST(Histogram, CountsAValueWithTheFirstBoundThatIsNotBelowIt) {
  Histogram seconds(duration_bounds());
  for (const double value : {0.5, 1.0, 1.5, 4000.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) seconds.add(value);
  EXPECT_EQ(seconds.counts(), (std::vector<std::uint64_t>{2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_EQ(seconds.count(), 4u);
  EXPECT_DOUBLE_EQ(seconds.sum(), 4003.0);
}

TEST(Histogram, TakesNoCountsOfOtherBounds) {
  Histogram seconds(duration_bounds());
  EXPECT_FALSE(seconds.set({1, 2}, 3));
  EXPECT_FALSE(seconds.set(std::vector<std::uint64_t>(duration_bounds().size() + 1), -1));
  std::vector<std::uint64_t> counts(duration_bounds().size() + 1);
  EXPECT_FALSE(seconds.set(counts, 7)) << "a sum of nothing";
  counts[0] = counts[1] = std::uint64_t{1} << 63;
  EXPECT_FALSE(seconds.set(counts, 7)) << "together they would be 0 again";
  EXPECT_EQ(seconds.count(), 0u);
}

}  // namespace
}  // namespace hotspot::telemetry
