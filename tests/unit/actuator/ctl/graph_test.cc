#include "actuator/ctl/graph/graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "actuator/ctl/graph/panels.h"
#include "actuator/ctl/picture/kind.h"
#include "actuator/rules/files/check.h"

namespace hotspot::ctl {
namespace {

using Kind = io::ChartLine::Kind;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kBegin = 1'800'000'000;

WallTime at(std::int64_t seconds) { return from_unix_ms((kBegin + seconds) * 1000); }

// Ten steps of ten seconds.
io::ChartTime ten() { return {.from = at(0), .step = Milliseconds(10'000), .steps = 10}; }

model::HistorySeries series(const std::string& name, const std::vector<double>& values,
                            const std::string& device = "") {
  model::HistorySeries all{.name = name,
                           .node = "h1",
                           .domain = name.starts_with("domain_") ? "web" : "",
                           .vcpu = -1,
                           .device = device,
                           .step = Milliseconds(10'000),
                           .samples = {}};
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) all.samples.push_back({at(10 * (static_cast<std::int64_t>(i) + 1)), values[i]});
  return all;
}

std::vector<double> same(double value) { return std::vector<double>(10, value); }

std::shared_ptr<const rules::RuleSet> rules_of(const std::string& body) {
  const auto checked = rules::check({{"rules.yml", "groups:\n- name: test\n  rules:\n" + body}});
  EXPECT_TRUE(checked.ok()) << rules::format(checked.diagnostics, {});
  return checked.rules;
}

const io::ChartLine* dashed(const io::ChartPanel& panel) {
  for (const io::ChartLine& line : panel.lines)
    if (line.kind == Kind::kDashed) return &line;
  return nullptr;
}

std::size_t count_of_dashed(const io::ChartPanel& panel) {
  return static_cast<std::size_t>(std::count_if(panel.lines.begin(), panel.lines.end(),
                                                [](const auto& line) { return line.kind == Kind::kDashed; }));
}

const GraphSubject kWeb{.is_node = false, .name = "web", .node = "h1"};
const GraphSubject kNode{.is_node = true, .name = "h1", .node = ""};

ports::JournalEntry entry(const std::string& id, model::ActionState state, std::int64_t seconds) {
  ports::JournalEntry one;
  one.action.id = id;
  one.action.domain_name = "web";
  one.action.node_name = "h1";
  one.action.step = model::MigrateTo{.target_name = "h2"};
  one.state = state;
  one.at = at(seconds);
  return one;
}

TEST(GraphSteps, AreWholeSecondsAndReachOverTheWholeTime) {
  const io::ChartTime time = steps_between(at(3), at(7203), 760);
  EXPECT_EQ(time.step.count() % 1000, 0);
  EXPECT_LE(time.from, at(3));
  EXPECT_GE(time.to(), at(7203));
  EXPECT_LE(time.steps, 762u);
  EXPECT_GE(steps_between(at(0), at(0), 760).steps, 1u) << "no time at all";
}

TEST(GraphSteps, HoldTheMeanOfTheirSamplesAndGapsStayGaps) {
  const io::ChartTime wide{.from = at(0), .step = Milliseconds(20'000), .steps = 3};
  const Steps steps = in_steps(series("domain_vcpus", {1, 3, kGap, kGap, 5, kGap}), wide);
  EXPECT_DOUBLE_EQ(steps[0], 2);
  EXPECT_TRUE(std::isnan(steps[1]));
  EXPECT_DOUBLE_EQ(steps[2], 5);
}

TEST(GraphSteps, ARowOfHistoryCountsForAllOfItsTime) {
  model::HistorySeries coarse = series("domain_vcpus", {});
  coarse.step = Milliseconds(60'000);
  coarse.samples = {{at(60), 4}};
  const Steps steps = in_steps(coarse, ten());
  for (std::size_t i = 0; i < 6; ++i) EXPECT_DOUBLE_EQ(steps[i], 4) << i;
  EXPECT_TRUE(std::isnan(steps[6]));
}

TEST(GraphSteps, SamplesOutsideOfTheTimeAreNotDrawn) {
  model::HistorySeries early = series("domain_vcpus", {});
  early.samples = {{at(-100), 4}, {at(5000), 7}};
  EXPECT_FALSE(figures_of(in_steps(early, ten())).known);
}

TEST(GraphPanels, ADomainHasFourAndANodeThree) {
  const GraphMaterial material{
      .time = ten(), .series = {series("domain_cpu_ratio", same(0.5))}, .rules = nullptr, .actions = {}};
  std::string titles;
  for (const auto& panel : panels_of(kWeb, material)) titles += panel.title + " [" + panel.unit + "]\n";
  EXPECT_EQ(
      titles,
      "web: CPU, of its vCPUs [%]\nweb: memory, as the guest sees it [B]\nweb: disks [B/s]\nweb: network [B/s]\n");
  EXPECT_EQ(panels_of(kNode, material).size(), 3u);
}

TEST(GraphPanels, CpuIsInPerCentAndSaysItsFigures) {
  const GraphMaterial material{
      .time = ten(),
      .series = {series("domain_cpu_ratio", {0.1, 0.9, kGap, 0.5}), series("domain_vcpus", same(4))},
      .rules = nullptr,
      .actions = {}};
  const io::ChartPanel panel = panels_of(kWeb, material)[0];
  EXPECT_DOUBLE_EQ(panel.lines[0].values[1], 90);
  EXPECT_TRUE(std::isnan(panel.lines[0].values[2]));
  EXPECT_NE(panel.lines[0].label.find("last   50.0 %   mean   50.0 %   most   90.0 %"), std::string::npos)
      << panel.lines[0].label;
  EXPECT_EQ(panel.lines[1].label, "steal         no value in this time");
  // Four vCPUs on an axis of five.
  ASSERT_TRUE(panel.right_axis.has_value());
  EXPECT_DOUBLE_EQ(*panel.right_axis * 100, 5);
  EXPECT_DOUBLE_EQ(panel.lines[2].values[0], 80);
}

TEST(GraphPanels, MemoryIsWhatTheGuestSeesInAUnitThatIsReadWell) {
  constexpr double kGiB = 1 << 30;
  const GraphMaterial material{.time = ten(),
                               .series = {series("domain_memory_available_bytes", same(4 * kGiB)),
                                          series("domain_memory_usable_bytes", same(1 * kGiB)),
                                          series("domain_memory_balloon_bytes", same(4 * kGiB))},
                               .rules = rules_of("  - alert: Full\n    expr: domain_memory_used_ratio > 90%\n"),
                               .actions = {}};
  const io::ChartPanel panel = panels_of(kWeb, material)[1];
  EXPECT_EQ(panel.unit, "GiB");
  EXPECT_DOUBLE_EQ(panel.lines[0].values[0], 3);
  ASSERT_NE(dashed(panel), nullptr);
  EXPECT_DOUBLE_EQ(dashed(panel)->values[0], 3.6) << "of what the guest has";
  EXPECT_EQ(dashed(panel)->label, "Full: domain_memory_used_ratio > 90 %");
}

TEST(GraphPanels, AllDevicesTogetherAreDrawn) {
  const GraphMaterial material{.time = ten(),
                               .series = {series("domain_block_read_bytes_per_second", same(100), "vda"),
                                          series("domain_block_read_bytes_per_second", same(50), "vdb")},
                               .rules = nullptr,
                               .actions = {}};
  EXPECT_DOUBLE_EQ(panels_of(kWeb, material)[2].lines[0].values[0], 150);
}

TEST(GraphLimits, AreNamedAfterAllRulesThatHaveThem) {
  const auto rules = rules_of(
      "  - alert: A\n    expr: domain_cpu_ratio > 90%\n  - alert: B\n    expr: avg_over_time(domain_cpu_ratio[5m]) > "
      "90%\n"
      "  - alert: C\n    expr: domain_cpu_ratio < 30% and domain_vcpus > 1\n  - record: x:y\n    expr: "
      "domain_cpu_ratio > 1%\n");
  const GraphMaterial material{.time = ten(), .series = {}, .rules = rules, .actions = {}};
  const io::ChartPanel panel = panels_of(kWeb, material)[0];
  EXPECT_EQ(count_of_dashed(panel), 2u) << "a recording rule has no limit";
  EXPECT_EQ(dashed(panel)->label, "A, B: domain_cpu_ratio > 90 %");
  EXPECT_DOUBLE_EQ(dashed(panel)->values[9], 90);
}

TEST(GraphLimits, AreThoseOfTheRulesThatRunWhereTheFilesAreNotAtHand) {
  const GraphMaterial material{.time = ten(),
                               .series = {},
                               .rules = nullptr,
                               .actions = {},
                               .running = {{"A", "domain_cpu_ratio", ">", 0.9},
                                           {"B", "domain_cpu_ratio", ">", 0.9},
                                           {"C", "domain_cpu_ratio", "!=", 0.5},
                                           {"D", "no_such_metric", ">", 0.5}}};
  const io::ChartPanel panel = panels_of(kWeb, material)[0];
  EXPECT_EQ(count_of_dashed(panel), 1u);
  EXPECT_EQ(dashed(panel)->label, "A, B: domain_cpu_ratio > 90 %");
}

TEST(GraphLimits, ThoseOfOtherDomainsAndNodesAreNotDrawn) {
  const auto rules = rules_of(
      "  - alert: A\n    expr: domain_cpu_ratio{domain=\"db\"} > 90%\n  - alert: B\n    expr: "
      "domain_cpu_ratio{node=\"h2\"} > 80%\n");
  const GraphMaterial material{.time = ten(), .series = {}, .rules = rules, .actions = {}};
  EXPECT_EQ(count_of_dashed(panels_of(kWeb, material)[0]), 0u);
  EXPECT_EQ(count_of_dashed(panels_of({.is_node = false, .name = "db", .node = ""}, material)[0]), 2u)
      << "where it runs is not known";
}

TEST(GraphActions, AreMarkedWhereTheyBeganWithWhatBecameOfThem) {
  using State = model::ActionState;
  const std::vector<ports::JournalEntry> journal{entry("a1", State::kIntent, 10), entry("a1", State::kStarted, 12),
                                                 entry("a1", State::kDone, 40), entry("a2", State::kIntent, 2000)};
  const auto actions = actions_of(journal, kWeb, ten());
  ASSERT_EQ(actions.size(), 1u) << "the other was later";
  EXPECT_EQ(actions[0].at, at(12));
  EXPECT_EQ(actions[0].text, "migrate to h2, done");
  EXPECT_EQ(actions[0].kind, "migrate");
  EXPECT_EQ(actions_of(journal, kNode, ten())[0].text, "web: migrate to h2, done");
  EXPECT_EQ(actions_of(journal, {.is_node = true, .name = "h2", .node = ""}, ten()).size(), 1u) << "it came there";
  EXPECT_TRUE(actions_of(journal, {.is_node = false, .name = "db", .node = ""}, ten()).empty());
}

TEST(GraphActions, AreNamedInTheFirstPanelAndMarkedInEach) {
  const GraphMaterial material{
      .time = ten(), .series = {}, .rules = nullptr, .actions = {{at(12), "migrate", "migrate to h2, done\x1b[31m"}}};
  const auto panels = panels_of(kWeb, material);
  EXPECT_NE(panels[0].marks[0].label.find("migrate to h2, done\\x1b[31m"), std::string::npos);
  EXPECT_EQ(panels[3].marks.size(), 1u);
  EXPECT_EQ(panels[3].marks[0].label, "");
}

TEST(GraphFile, IsNamedAfterTheDomainWhateverItIsCalled) {
  EXPECT_EQ(graph_file_name({"web1"}), "web1.png");
  EXPECT_EQ(graph_file_name({"web1", "h1", "h2"}), "web1-and-2-more.png");
  EXPECT_EQ(graph_file_name({"../../etc/x"}), "_._.._etc_x.png");
  EXPECT_EQ(graph_file_name({"-rf \n$(x)"}), "_rf____x_.png");
  EXPECT_EQ(graph_file_name({std::string(1000, 'x')}).size(), 104u);
}

TEST(GraphFile, HasTheKindThatItsNameEndsIn) {
  EXPECT_EQ(*picture_kind("a.png"), io::PictureKind::kPng);
  EXPECT_EQ(*picture_kind("a.svg"), io::PictureKind::kSvg);
  EXPECT_EQ(picture_kind("json").error().message, "'json' ends neither in .png nor in .svg");
}

}  // namespace
}  // namespace hotspot::ctl
