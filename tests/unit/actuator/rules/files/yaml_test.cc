#include "actuator/rules/files/yaml_tree.h"

#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

std::string yaml_problem(const std::string& text) {
  const SourceText source(text);
  const auto tree = parse_yaml(source);
  if (tree) return "none";
  const Position at = source.position(tree.error().offset);
  return std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + tree.error().message;
}

// The text of the one value of the file from where the value's byte `at` stands.
std::string from(const std::string& file, std::size_t at) {
  const SourceText source(file);
  const auto tree = parse_yaml(source);
  if (!tree || !tree.value() || tree.value()->entries.empty()) return "no tree";
  return file.substr(source_offset(source, *tree.value()->entries[0].second, at));
}

TEST(Yaml, SaysInWordsWhatCannotBeRead) {
  EXPECT_EQ(yaml_problem("a:\n\t- b\n"), "2:1: a tab cannot indent in YAML; use spaces");
  EXPECT_EQ(yaml_problem("a:\n  - b: 1\n\tc: 2\n"), "3:1: a tab cannot indent in YAML; use spaces");
  EXPECT_EQ(yaml_problem("a: b: c\n"), "1:5: a ':' cannot stand here; a text with ': ' in it needs quotes");
  EXPECT_EQ(yaml_problem("a: @b\n"), "1:4: this character cannot begin a value; put the text in quotes");
  EXPECT_EQ(yaml_problem("a: 1\n---\nb: 1\n"),
            "2:1: a rule file is one YAML document; begin another file for the next");
  EXPECT_EQ(yaml_problem("a: \xff\n"), "1:4: not UTF-8 text from here on");
  EXPECT_EQ(yaml_problem(std::string("a: \0b", 5)), "1:4: a control character cannot stand in a rule file");
  EXPECT_EQ(yaml_problem("\xef\xbb\xbfgroups: []\n"),
            "1:1: the file begins with a byte order mark; save it as UTF-8 without one");
  EXPECT_EQ(yaml_problem("a: *b\n"), "1:4: not valid YAML: the referenced anchor is not defined");
}

TEST(Yaml, IsNeverMoreThanTheFile) {
  EXPECT_EQ(yaml_problem("a: &x [*x]\n"), "1:8: an alias cannot stand for something it is part of");
  std::string laughs = "a0: &a0 [l, l, l, l, l, l, l, l, l, l]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) laughs += ", " + before;
    laughs += "]\n";
  }
  EXPECT_EQ(yaml_problem(laughs), "6:9: more than 200000 values, aliases counted each time; split the file");
  EXPECT_EQ(yaml_problem(std::string(100, '[') + std::string(100, ']')), "1:33: nested more than 32 levels deep");
  EXPECT_EQ(yaml_problem(std::string(100'000, '[')), "1:17: nested more than 32 levels deep");
  EXPECT_EQ(yaml_problem(std::string(5'000'000, '#')), "1:1: larger than 4 MiB; split the file");
}

TEST(Yaml, FindsThePlaceOfACharacterOfAnyScalar) {
  EXPECT_EQ(from("k: abc def\n", 4), "def\n");
  EXPECT_EQ(from("k: \"a\\tb\\u00e4 def\"\n", 6), "def\"\n");
  EXPECT_EQ(from("k: 'it''s def'\n", 5), "def'\n");
  EXPECT_EQ(from("k: abc\n  def\n", 4), "def\n");
  EXPECT_EQ(from("k: 'abc\n\n  def'\n", 4), "def'\n");
  EXPECT_EQ(from("k: \"abc \\\n   def\"\n", 4), "def\"\n");
  EXPECT_EQ(from("k: |\n  abc\n  def\n", 4), "def\n");
  EXPECT_EQ(from("k: >-\n\n  abc\n  def\n", 5), "def\n");
  EXPECT_EQ(from("k: &anchor !!str abc def\n", 4), "def\n");
  EXPECT_EQ(from("k: abc\r\n  def\r\n", 4), "def\r\n");
  EXPECT_EQ(from("k: ä def\n", 3), "def\n");
}

}  // namespace
}  // namespace hotspot::rules
