#include "actuator/rules/regex.h"

#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto regex = Regex::compile(pattern);
  EXPECT_TRUE(regex.ok()) << pattern << ": " << (regex ? "" : regex.error().message);
  return regex && regex->matches(text);
}

std::string pattern_problem(std::string_view pattern) {
  const auto regex = Regex::compile(pattern);
  return regex ? "none" : std::to_string(regex.error().offset) + ": " + regex.error().message;
}

TEST(Regex, MatchesTheWholeText) {
  EXPECT_TRUE(matches("db-.*", "db-1"));
  EXPECT_FALSE(matches("db", "db-1"));
  EXPECT_FALSE(matches("1", "db-1"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_TRUE(matches("a|bc|", ""));
  EXPECT_TRUE(matches("a|bc", "bc"));
  EXPECT_FALSE(matches("a|bc", "abc"));
}

TEST(Regex, KnowsWhatRe2Knows) {
  EXPECT_TRUE(matches("vm[0-9]{2,3}", "vm12"));
  EXPECT_FALSE(matches("vm[0-9]{2,3}", "vm1"));
  EXPECT_FALSE(matches("vm[0-9]{2,3}", "vm1234"));
  EXPECT_TRUE(matches("a{2,}", "aaaa"));
  EXPECT_TRUE(matches("a{2}b?", "aab"));
  EXPECT_TRUE(matches("a{,2}", "a{,2}"));
  EXPECT_TRUE(matches("(?i)DB-[A-F]+", "db-beef"));
  EXPECT_TRUE(matches("(?i:A)b", "ab"));
  EXPECT_FALSE(matches("(?i:A)b", "aB"));
  EXPECT_TRUE(matches("(?P<name>x)+?", "xxx"));
  EXPECT_TRUE(matches(R"(\d+\.\w*\s\S)", "12.a_9 !"));
  EXPECT_TRUE(matches(R"([\d\-x]+)", "1-x"));
  EXPECT_TRUE(matches("[^a-c]", "d"));
  EXPECT_FALSE(matches("[^a-c]", "b"));
  EXPECT_TRUE(matches("[]a]+", "]a"));
  EXPECT_TRUE(matches("[[:alpha:]_]+", "ab_"));
  EXPECT_TRUE(matches("^a$", "a"));
  EXPECT_FALSE(matches("a$b", "ab"));
  EXPECT_TRUE(matches(R"(a\b-b)", "a-b"));
  EXPECT_TRUE(matches(R"(\Qa.b\E.)", "a.bc"));
  EXPECT_TRUE(matches(R"(\x41\x{42})", "AB"));
  EXPECT_FALSE(matches("a.b", "a\nb"));
  EXPECT_TRUE(matches("(?s)a.b", "a\nb"));
}

TEST(Regex, CountsACharacterOfManyBytesAsOne) {
  EXPECT_TRUE(matches("bür.", "bürö"));
  EXPECT_TRUE(matches("[ä-ö]", "ö"));
  EXPECT_FALSE(matches(".", "ab"));
}

TEST(Regex, NeedsNoMoreThanLinearTimeForBadPatterns) {
  EXPECT_FALSE(matches("(a+)+b", std::string(5000, 'a')));
  EXPECT_TRUE(matches("(a*)*", std::string(5000, 'a')));
  EXPECT_TRUE(matches("(?:a?){50}a{50}", std::string(50, 'a')));
  EXPECT_TRUE(matches("(((|)*)*)*", ""));
}

TEST(Regex, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(pattern_problem("a(b"), "1: a '(' without its ')'");
  EXPECT_EQ(pattern_problem("ab)"), "2: a ')' without its '('");
  EXPECT_EQ(pattern_problem("a[b"), "1: a '[' without its ']'");
  EXPECT_EQ(pattern_problem("*a"), "0: nothing before the '*' to repeat");
  EXPECT_EQ(pattern_problem("a**"), "2: a repetition of a repetition; put the inner one in parentheses");
  EXPECT_EQ(pattern_problem("a{3,2}"), "1: the repetition ends below where it begins");
  EXPECT_EQ(pattern_problem("a{2000}"), "1: more than 1000 repetitions");
  EXPECT_EQ(pattern_problem("[z-a]"), "1: the range ends below where it begins");
  EXPECT_EQ(pattern_problem("a\\"), "1: a '\\' at the end stands for nothing");
  EXPECT_EQ(pattern_problem("\\y"), "0: unknown escape '\\y'");
  EXPECT_EQ(pattern_problem("(?z)a"), "2: unknown flag 'z'");
  EXPECT_EQ(pattern_problem("((a{100}){100}){100}"), "0: the regular expression repeats too much");
  EXPECT_EQ(pattern_problem(std::string(1001, 'a')), "0: the regular expression is longer than 1000 bytes");
  EXPECT_EQ(pattern_problem(std::string(500, '(')), "101: parentheses nested too deep");
}

}  // namespace
}  // namespace hotspot::rules
