#include "actuator/rules/language/regex.h"

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

TEST(Regex, KnowsLettersOfAllScripts) {
  constexpr std::pair<std::string_view, std::string_view> kMatching[] = {
      {"(?i)é", "É"},        {"\\pL+", "zéя中"},         {"\\p{Greek}", "Ω"},
      {"(?m)a$\nb", "a\nb"}, {"[[:print:]]\\141", "xa"}, {"(?P<n>a)(?P<n>b)", "ab"}};
  for (const auto& [pattern, text] : kMatching) EXPECT_TRUE(matches(pattern, text)) << pattern;
  EXPECT_FALSE(matches("\\p{Greek}", "a"));
}

TEST(Regex, TakesALongAlternation) {
  std::string names = "web-0";
  for (int i = 1; i < 2000; ++i) names += "|web-" + std::to_string(i);
  EXPECT_TRUE(matches(names, "web-1999"));
  EXPECT_FALSE(matches(names, "web-2000"));
}

TEST(Regex, TakesAByteThatIsNoUtf8ForACharacterOfItsOwn) {
  EXPECT_TRUE(matches("a.b",
                      "a\xff"
                      "b"));
  EXPECT_TRUE(matches("\\x{fffd}+", "\xc3\xff"));
  const auto regex = Regex::compile("(a)(.)(.*)");
  const auto groups = regex->captures("a\xff\xc3z");
  ASSERT_TRUE(groups);
  EXPECT_EQ((*groups)[2], "\xff");
  EXPECT_EQ((*groups)[3], "\xc3z");
}

TEST(Regex, ReplacesEveryMatchAsGoDoes) {
  const auto replaced = [](std::string_view pattern, std::string_view text, std::string_view replacement) {
    return Regex::compile(pattern)->replace_all(text, replacement, 1000).value_or("too long");
  };
  EXPECT_EQ(replaced("(.*):(.*)", "h1:9100", "$1 at ${2}x"), "h1 at 9100x");
  EXPECT_EQ(replaced("a*", "baaac", "x"), "xbxcx");
  EXPECT_EQ(replaced("", "äb", "-"), "-ä-b-");
  EXPECT_EQ(replaced("^a", "aaa", "b"), "baa");
  EXPECT_EQ(replaced("b|", "abc", "-"), "-a-c-");
  EXPECT_EQ(replaced("a", std::string(600, 'a'), "bb"), "too long");
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
  EXPECT_EQ(pattern_problem("a{2000}"), "1: more than 1000 repetitions, or of what repeats itself");
  EXPECT_EQ(pattern_problem("[z-a]"), "1: the range 'z-a' ends below where it begins, or has no end");
  EXPECT_EQ(pattern_problem("a\\"), "1: a '\\' at the end stands for nothing");
  EXPECT_EQ(pattern_problem("\\y"), "0: unknown escape '\\y'");
  EXPECT_EQ(pattern_problem("(?z)a"), "0: unknown flag in '(?z'; the flags are i, m, s and U");
  EXPECT_EQ(pattern_problem("((a{100}){100}){100}"), "3: more than 1000 repetitions, or of what repeats itself");
  EXPECT_EQ(pattern_problem("{1}"), "0: nothing before the '{1}' to repeat");
  EXPECT_EQ(pattern_problem("(?=a)b"), "0: looking ahead, '(?=' and '(?!', is not in RE2's syntax");
  EXPECT_EQ(pattern_problem("x\\p{Klingon}"), "1: unknown class of characters '\\p{Klingon}'");
  EXPECT_EQ(pattern_problem("a\xff"), "0: the regular expression is not UTF-8");
  EXPECT_EQ(pattern_problem("ab{99999999999}"), "2: more than 1000 repetitions, or of what repeats itself");
  EXPECT_EQ(pattern_problem("\\Qa"), "0: a '\\Q' without its '\\E'");
  EXPECT_EQ(pattern_problem("(?P<é>x)"), "4: 'é' is no name of a group; letters, digits and _ make one");
  EXPECT_EQ(pattern_problem("a\\C"), "1: unknown escape '\\C'");
  EXPECT_EQ(pattern_problem(std::string(1500, '(') + std::string(1500, ')')), "1000: parentheses nested too deep");
}

}  // namespace
}  // namespace hotspot::rules
