#include "actuator/rules/language/diagnostic.h"

#include <gtest/gtest.h>

namespace hotspot::rules {
namespace {

const std::vector<SourceFile> kFiles{{"rules/10-cpu.yaml", "groups:\n- name: cpu\n    expr: domain_cpu_ratoi > 0.9\n"},
                                     {"rules/20-näher.yaml", "# äöü → x\n\tkey: ü!\n"}};

TEST(Diagnostic, ShowsFileLineColumnCaretAndSuggestion) {
  const Diagnostic diagnostic{
      "rules/10-cpu.yaml", {3, 11}, Severity::kError, "unknown series 'domain_cpu_ratoi'", "domain_cpu_ratio"};
  EXPECT_EQ(format(diagnostic, kFiles),
            "rules/10-cpu.yaml:3:11: error: unknown series 'domain_cpu_ratoi', did you mean 'domain_cpu_ratio'?\n"
            "      expr: domain_cpu_ratoi > 0.9\n"
            "            ^\n");
}

TEST(Diagnostic, CountsCharactersNotBytesAndShowsATabAsOneBlank) {
  const Diagnostic first{"rules/20-näher.yaml", {1, 7}, Severity::kWarning, "an arrow", ""};
  EXPECT_EQ(format(first, kFiles), "rules/20-näher.yaml:1:7: warning: an arrow\n  # äöü → x\n        ^\n");
  const Diagnostic second{"rules/20-näher.yaml", {2, 8}, Severity::kWarning, "a mark", ""};
  EXPECT_EQ(format(second, kFiles), "rules/20-näher.yaml:2:8: warning: a mark\n   key: ü!\n         ^\n");
}

TEST(Diagnostic, OfAFileThatIsNotThereShowsTheMessageAlone) {
  EXPECT_EQ(format(Diagnostic{"gone.yaml", {1, 1}, Severity::kError, "no such thing", ""}, kFiles),
            "gone.yaml:1:1: error: no such thing\n");
}

TEST(Diagnostic, CutsALongLineAroundTheCaret) {
  const std::vector<SourceFile> files{{"long", std::string(300, 'a') + "!" + std::string(300, 'b')}};
  EXPECT_EQ(format(Diagnostic{"long", {1, 301}, Severity::kError, "here", ""}, files),
            "long:1:301: error: here\n  …" + std::string(50, 'a') + "!" + std::string(49, 'b') + "…\n  " +
                std::string(51, ' ') + "^\n");
}

TEST(Diagnostic, ShowsTextOfStrangersVisiblyWithTheCaretUnderItsCharacter) {
  const std::vector<SourceFile> files{{"a\x1b[2J.yaml", "x: \x1b[31m\xe2\x80\xae数 !"}};
  EXPECT_EQ(format(Diagnostic{"a\x1b[2J.yaml", {1, 12}, Severity::kError, "no '\n\xc2\x9b'", "\x07"}, files),
            "a\\x1b[2J.yaml:1:12: error: no '\\x0a\\u009b', did you mean '\\x07'?\n"
            "  x: \\x1b[31m\\u202e数 !\n  " +
                std::string(20, ' ') + "^\n");
}

TEST(Diagnostic, DoesNotShowThePasswordOfAConfigurationLine) {
  const std::vector<SourceFile> files{{"c", "redis:\n  password: s3cret\n  passphrase: |\n    s3cret too\n  x: 1"}};
  EXPECT_EQ(format(Diagnostic{"c", {2, 3}, Severity::kError, "unknown key 'password'", ""}, files),
            "c:2:3: error: unknown key 'password'\n  "
            "  password: ****\n    ^\n");
  EXPECT_EQ(format(Diagnostic{"c", {2, 16}, Severity::kError, "bad", ""}, files),
            "c:2:16: error: bad\n    password: ****\n  " + std::string(15, ' ') + "^\n");
  EXPECT_EQ(format(Diagnostic{"c", {4, 5}, Severity::kError, "bad", ""}, files),
            "c:4:5: error: bad\n      ****\n      ^\n");
  EXPECT_EQ(format(Diagnostic{"c", {5, 3}, Severity::kError, "bad", ""}, files),
            "c:5:3: error: bad\n    x: 1\n    ^\n");
}

TEST(Diagnostics, AreOrderedByFileAndPositionAndCounted) {
  const std::vector<Diagnostic> all{{"rules/20-näher.yaml", {1, 1}, Severity::kWarning, "w", ""},
                                    {"rules/10-cpu.yaml", {2, 1}, Severity::kError, "second", ""},
                                    {"rules/10-cpu.yaml", {1, 1}, Severity::kError, "first", ""}};
  EXPECT_EQ(format(all, kFiles),
            "rules/10-cpu.yaml:1:1: error: first\n  groups:\n  ^\n"
            "rules/10-cpu.yaml:2:1: error: second\n  - name: cpu\n  ^\n"
            "rules/20-näher.yaml:1:1: warning: w\n  # äöü → x\n  ^\n"
            "2 errors, 1 warning\n");
  EXPECT_EQ(format(std::vector<Diagnostic>{}, kFiles), "");
}

}  // namespace
}  // namespace hotspot::rules
