#include "actuator/ctl/report/text.h"

#include "actuator/ctl/layout.h"
#include "actuator/ctl/output.h"
#include "actuator/ctl/screen.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl::report {
namespace {

std::string line(const std::string& words, std::size_t indent) {
  const std::string shown = std::string(indent, ' ') + text::visible(words, text::kMostLineBytes);
  return wrapped(shown, screen().width, indent + 2) + "\n";
}

Cells row_of(const RuleReport& rule) {
  return {rule.rule,
          to_string(rule.verdict),
          text::duration_text(rule.hot),
          count_text(rule.firings),
          count_text(rule.recommended.made),
          count_text(rule.done.made),
          count_text(rule.recommended.useless + rule.done.useless),
          count_text(rule.recommended.wrong + rule.done.wrong),
          rule.could_avoid > Milliseconds(0) ? predicted_text(rule.could_avoid) : "-"};
}

std::string rules_table(const Report& report) {
  std::vector<Cells> rows;
  for (const RuleReport& rule : report.rules) rows.push_back(row_of(rule));
  return table({{"RULE"},
                {"VERDICT", false, Give::kNever, true},
                {"HOT", true},
                {"FIRED", true, Give::kDrop},
                {"ADVISED", true},
                {"DONE", true},
                {"USELESS", true},
                {"WRONG", true},
                {"AVOIDABLE", true, Give::kDropFirst}},
               rows);
}

std::string rule_text(const RuleReport& rule, const About& about) {
  std::string text = line(rule.rule + ": " + to_string(rule.verdict), 0);
  for (const std::string& reason : rule.reasons) text += line("- " + reason, 2);
  for (const Fact& fact : facts_of(rule)) text += line(fact.name + ": " + fact.text, 2);
  for (const Judged& bad : rule.bad)
    text += line(std::string(bad.fate == Fate::kWrong ? "wrong: " : "useless: ") + sentence(bad, about.time), 2);
  const std::size_t all = rule.recommended.wrong + rule.recommended.useless + rule.done.wrong + rule.done.useless;
  if (all > rule.bad.size()) text += line("and " + std::to_string(all - rule.bad.size()) + " more", 2);
  return text;
}

}  // namespace

std::string as_table(const Report& report, const About& about) {
  std::string text = line(headline(report, about), 0);
  for (const std::string& remark : report.remarks) text += line(remark, 0);
  text += rules_table(report);
  for (const RuleReport& rule : report.rules) text += "\n" + rule_text(rule, about);
  return text;
}

}  // namespace hotspot::ctl::report
