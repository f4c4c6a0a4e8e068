#include "actuator/rules/fmt/rule_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace hotspot::rules {
namespace {

namespace fs = std::filesystem;

std::string formatted(const std::string& text) {
  const auto result = format_rule_file({"a.yml", text});
  return result ? *result : "refused: " + std::to_string(result.error().position.line) + ": " + result.error().message;
}

// Formats, and holds that formatting once more changes nothing.
std::string settled(const std::string& text) {
  std::string once = formatted(text);
  EXPECT_EQ(formatted(once), once);
  return once;
}

TEST(RuleFormat, IndentsByTwoAndKeepsListsAtTheirKey) {
  EXPECT_EQ(settled(R"(groups:
    - name:   cpu
      rules:
          -   alert: A
              expr:   node_cpus > 1
              labels:
                    severity:   page
)"),
            R"(groups:
- name: cpu
  rules:
  - alert: A
    expr: node_cpus > 1
    labels:
      severity: page
)");
}

TEST(RuleFormat, PutsTheKeysOfARuleIntoTheOrderOfTheDocs) {
  EXPECT_EQ(settled(R"(groups:
- rules:
  - cooldown: 5m
    remedy: [migrate]
    # the mark
    expr: x > 90%  # ninety
    for: 3 of 5
    hotspot: A
  name: g
)"),
            R"(groups:
- name: g
  rules:
  - hotspot: A
    # the mark
    expr: x > 90%  # ninety
    for: 3 of 5
    remedy: [migrate]
    cooldown: 5m
)");
}

TEST(RuleFormat, KeepsEveryCommentWhereItBelongs) {
  const std::string text = R"(# The head of the file.
#
# It has three lines.

groups:  # all of them
# above a group
- name: g  # its name
  # above the rules
  rules:
  # above a rule
  - alert: A
    expr: >-  # why two lines
      a > 1
      and b > 2
    # above the labels
    labels: {severity: page}  # behind a mapping in braces
    # cooldown: 5m
    # the last of the rule
  - alert: B
    expr: "a # no comment"
    # of the rule B

  # of the rules
# of the whole file
)";
  EXPECT_EQ(settled(text), text);
}

TEST(RuleFormat, MovesTheCommentOfTheFirstKeyAboveTheDash) {
  EXPECT_EQ(settled("groups:\n-\n  # about g\n  name: g\n"), "groups:\n# about g\n- name: g\n");
}

TEST(RuleFormat, LeavesOneBlankLineAtMost) {
  EXPECT_EQ(settled("\n\n# head\n\n\n\ngroups:\n\n- name: a\n\n\n  rules: []\n\n\n- name: b\n\n\n\n"),
            "# head\n\ngroups:\n- name: a\n\n  rules: []\n\n- name: b\n");
}

TEST(RuleFormat, QuotesWithDoubleQuotesUnlessSingleOnesReadBetter) {
  EXPECT_EQ(settled("a: 'x'\nb: \"y\"\nc: 'say \"hi\"'\nd: 'it''s'\ne: 'a\\d'\nf: '5'\n"),
            "a: \"x\"\nb: \"y\"\nc: 'say \"hi\"'\nd: \"it's\"\ne: 'a\\d'\nf: \"5\"\n");
}

TEST(RuleFormat, JoinsPlainTextsOfSeveralLinesAndKeepsBlockTexts) {
  EXPECT_EQ(settled("a: one\n   two\n   three\nb: |\n      x\n        y\n\n      z\nc: >-\n  p\n  q\n"),
            "a: one two three\nb: |\n  x\n    y\n\n  z\nc: >-\n  p\n  q\n");
}

TEST(RuleFormat, KeepsBracesThatFitAndBreaksThoseThatDoNot) {
  EXPECT_EQ(settled("a: { b : 1 ,c: [ 1,2 ] , d: {} }\n"), "a: {b: 1, c: [1, 2], d: {}}\n");
  const std::string word(70, 'x');
  EXPECT_EQ(settled("a: {b: " + word + ", c: " + word + "}\n"), "a:\n  b: " + word + "\n  c: " + word + "\n");
  EXPECT_EQ(settled("a: {b: 1,  # one\n    c: 2}\n"), "a:\n  b: 1  # one\n  c: 2\n");
}

TEST(RuleFormat, KeepsAnchorsAliasesAndMergeKeysInTheirOrder) {
  const std::string text = R"(groups:
- name: g
  rules:
  - alert: A
    labels: &page {severity: page}
    expr: a > 1
  - alert: B
    expr: a > 2
    labels: *page
  - alert: C
    labels: &more
      <<: *page
      team: x
    expr: a > 3
)";
  EXPECT_EQ(settled(text), text);
}

TEST(RuleFormat, KeepsTheMarkOfADocument) { EXPECT_EQ(settled("---\ngroups: []\n"), "---\ngroups: []\n"); }

TEST(RuleFormat, GivesAnEmptyFileForAnEmptyFile) {
  EXPECT_EQ(settled(""), "");
  EXPECT_EQ(settled("# only a comment\n"), "# only a comment\n");
}

TEST(RuleFormat, EndsLinesTheUnixWay) { EXPECT_EQ(settled("a: 1  # x\r\nb: 2\r\n"), "a: 1  # x\nb: 2\n"); }

TEST(RuleFormat, RefusesWhatIsNoYaml) {
  EXPECT_THAT(formatted("groups:\n\t- name: x\n"), testing::HasSubstr("refused: 2: a tab cannot indent in YAML"));
  EXPECT_THAT(formatted("a: \"x\n"), testing::HasSubstr("refused: 1"));
}

// Every rule file of the tests, right or wrong, keeps its meaning and its comments, or is refused; and it settles.
TEST(RuleFormat, SettlesOnEveryFileOfTheTests) {
  int seen = 0;
  for (const char* folder : {"tests/rules/good", "tests/rules/bad", "rules"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(HOTSPOT_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".yaml" && entry.path().extension() != ".yml") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      const auto once = format_rule_file({entry.path().filename().string(), text});
      ++seen;
      SCOPED_TRACE(entry.path().string());
      if (std::string(folder) != "tests/rules/bad") {
        EXPECT_TRUE(once.ok()) << once.error().message;
      }
      if (!once) continue;
      EXPECT_EQ(formatted(*once), *once);
    }
  }
  EXPECT_GT(seen, 50);
}

}  // namespace
}  // namespace hotspot::rules
