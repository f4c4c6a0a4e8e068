// Each file in tests/rules/bad has one sin and, beside it, every byte of what is said about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"
#include "tests/unit/actuator/rules/world.h"

namespace hotspot::rules {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = HOTSPOT_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> yaml_files(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kRoot / folder)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

struct PathName {
  std::string operator()(const testing::TestParamInfo<fs::path>& info) const { return info.param.stem().string(); }
};

class BadRules : public testing::TestWithParam<fs::path> {};
class GoodRules : public testing::TestWithParam<fs::path> {};

TEST_P(BadRules, AreRefusedWithTheExpectedWords) {
  const std::vector<SourceFile> files{{GetParam().filename().string(), read(GetParam())}};
  const CheckedRules checked = check(files);
  const fs::path expected = fs::path(GetParam()).replace_extension(".expected");
  EXPECT_EQ(format(checked.diagnostics, files), read(expected));
  const bool only_warns = GetParam().filename().string().starts_with("warn_");
  EXPECT_EQ(checked.ok(), only_warns);
}

TEST_P(GoodRules, AreTakenWithoutAWord) {
  const std::vector<SourceFile> files{{GetParam().filename().string(), read(GetParam())}};
  const CheckedRules checked = check(files);
  EXPECT_TRUE(checked.ok());
  EXPECT_EQ(format(checked.diagnostics, files), "");
}

INSTANTIATE_TEST_SUITE_P(Files, BadRules, testing::ValuesIn(yaml_files("tests/rules/bad")), PathName());
INSTANTIATE_TEST_SUITE_P(Files, GoodRules, testing::ValuesIn(yaml_files("tests/rules/good")), PathName());

// Each pack by itself: two of them would answer one hotspot in two ways.
TEST(ShippedRules, AreTakenWithoutAWord) {
  int packs = 0;
  for (const auto& entry : fs::directory_iterator(kRoot / "rules")) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".yml" || name.ends_with("_test.yml")) continue;
    EXPECT_TRUE(fs::exists(kRoot / "rules" / (entry.path().stem().string() + "_test.yml"))) << name << " has no tests";
    EXPECT_TRUE(fs::exists(kRoot / "docs/packs" / (entry.path().stem().string() + ".md"))) << name << " has no page";
    const std::vector<SourceFile> files{{name, read(entry.path())}};
    const CheckedRules checked = check(files);
    EXPECT_EQ(format(checked.diagnostics, files), "");
    EXPECT_TRUE(checked.ok() && !checked.rules->rules.empty()) << name;
    ++packs;
  }
  EXPECT_GE(packs, 5);
}

// A newcomer copies what stands there.
TEST(Documentation, ShowsRulesThatAreTakenWithoutAWord) {
  for (const char* path : {"docs/rules.md", "docs/from-prometheus.md", "docs/from-cron.md"}) {
    const std::string page = read(kRoot / path);
    int found = 0;
    for (std::size_t at = page.find("```yaml\n"); at != std::string::npos; at = page.find("```yaml\n", at)) {
      at += 8;
      const std::vector<SourceFile> files{{path, page.substr(at, page.find("```", at) - at)}};
      EXPECT_EQ(format(check(files).diagnostics, files), "");
      ++found;
    }
    EXPECT_GT(found, 0) << path;
  }
}

TEST(Check, ReadsEveryFieldOfARule) {
  const auto set = test::rules(R"(
  - hotspot: DomainCpuHot
    expr: domain_cpu_ratio{domain!~"db-.*"} > 90%
    for: 3 of 5
    keep_firing_for: 1m
    labels: {severity: warning}
    annotations: {summary: "{{ $labels.domain }}"}
    remedy:
    - scale_vcpus: {by: 1, max: 4}
    - scale_memory: {by: -100MiB, min: 128MiB, max: 2GiB}
    - migrate: {select: highest_vsr}
    cooldown: 5m
    mode: recommend
    limit: 10
    max_age: 15s
)",
                               "  interval: 10s\n");
  ASSERT_EQ(set->rules.size(), 1U);
  const Rule& rule = *set->find("DomainCpuHot");
  EXPECT_EQ(rule.group, "test");
  EXPECT_EQ(rule.file, "test.yaml");
  EXPECT_EQ(rule.position, (Position{6, 5}));
  EXPECT_EQ(rule.expression_text, "domain_cpu_ratio{domain!~\"db-.*\"} > 90%");
  EXPECT_EQ(rule.subject, SubjectKind::kDomain);
  EXPECT_EQ(std::get<ForSamples>(rule.for_clause).k, 3);
  EXPECT_EQ(rule.keep_firing_for, std::chrono::minutes(1));
  EXPECT_THAT(rule.labels, testing::ElementsAre(testing::Pair("severity", "warning")));
  EXPECT_EQ(rule.remedies, (std::vector<Remedy>{ScaleVcpus{1, std::nullopt, 4},
                                                ScaleMemory{-100 * kMebibyte, 128 * kMebibyte, 2 * kGibibyte},
                                                Migrate{Select::kHighestVsr}}));
  EXPECT_EQ(rule.cooldown, std::chrono::minutes(5));
  EXPECT_EQ(rule.mode, Mode::kRecommend);
  EXPECT_EQ(rule.limit, 10);
  EXPECT_EQ(rule.max_age, std::chrono::seconds(15));
  EXPECT_EQ(rule.interval, std::chrono::seconds(10));
}

TEST(Check, ReadsEveryRuleHoweverManyWarningsThereAre) {
  std::string text = "groups:\n- name: g\n  rules:\n";
  for (int i = 0; i < 1100; ++i) text += "  - {alert: A" + std::to_string(i) + ", expr: node_cpus}\n";
  const CheckedRules checked = check({{"a.yaml", text}});
  ASSERT_TRUE(checked.ok());
  EXPECT_GE(checked.diagnostics.size(), 1100U) << "each always holds, which is a warning";
  EXPECT_EQ(checked.rules->rules.size(), 1100U);
}

TEST(Check, GivesAnEmptySetForNoFiles) {
  const CheckedRules checked = check({});
  ASSERT_TRUE(checked.ok());
  EXPECT_TRUE(checked.rules->rules.empty());
  EXPECT_TRUE(checked.diagnostics.empty());
}

TEST(Check, ShowsTheErrorsOfAllFilesAtOnceAndRefusesTheWholeSet) {
  const std::vector<SourceFile> files{{"b.yaml", "groups:\n- name: g\n  rules:\n  - {alert: A, expr: node_cpus > 1}\n"},
                                      {"a.yaml", "groups:\n- name: g\n  rules:\n  - {alert: A, expr: node_cpu > 1}\n"}};
  const CheckedRules checked = check(files);
  EXPECT_FALSE(checked.ok());
  EXPECT_EQ(format(checked.diagnostics, files),
            "a.yaml:4:6: error: duplicate rule name 'A', first in b.yaml:4\n"
            "    - {alert: A, expr: node_cpu > 1}\n"
            "       ^\n"
            "a.yaml:4:22: error: unknown series 'node_cpu', did you mean 'node_cpus'?\n"
            "    - {alert: A, expr: node_cpu > 1}\n"
            "                       ^\n"
            "2 errors\n");
}

TEST(Check, TellsOneSetFromAnotherByItsFingerprint) {
  const std::string text = "groups:\n- name: g\n  rules:\n  - {alert: A, expr: node_cpus > 1}\n";
  const auto one = check({{"a", text}}), same = check({{"a", text}}), other = check({{"a", text + "#"}});
  EXPECT_EQ(one.rules->fingerprint, same.rules->fingerprint);
  EXPECT_NE(one.rules->fingerprint, other.rules->fingerprint);
}

TEST(Check, TakesAnchorsAndMergeKeys) {
  const auto set = test::rules(R"(
  - &hot
    hotspot: A
    expr: domain_cpu_ratio > 90%
    for: 30s
    remedy: &ladder [migrate]
  - <<: *hot
    hotspot: B
    for: 1m
  - {hotspot: C, expr: node_cpu_ratio > 80%, remedy: *ladder}
)");
  ASSERT_EQ(set->rules.size(), 3U);
  EXPECT_EQ(std::get<ForTime>(set->find("B")->for_clause).time, std::chrono::minutes(1));
  EXPECT_EQ(set->find("B")->expression_text, "domain_cpu_ratio > 90%");
  EXPECT_EQ(set->find("C")->remedies, (std::vector<Remedy>{Migrate{}}));
}

}  // namespace
}  // namespace hotspot::rules
