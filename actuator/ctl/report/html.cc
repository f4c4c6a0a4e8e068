#include "actuator/ctl/report/html.h"

#include <algorithm>
#include <string_view>

#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl::report {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; }
body { margin: 0; padding: 24px 16px; font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
  background: #f4f5f7; color: #1f2430; }
main { max-width: 940px; margin: 0 auto; }
h1 { font-size: 24px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 0 0 8px; overflow-wrap: anywhere; }
p, li, td, th { overflow-wrap: anywhere; }
.soft { color: #5b6372; }
section { background: #fff; border: 1px solid #d9dce3; border-radius: 8px; padding: 16px; margin: 16px 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; border-bottom: 1px solid #e6e8ee; }
tr:last-child > th, tr:last-child > td { border-bottom: 0; }
thead th { color: #5b6372; font-weight: 600; font-size: 13px; overflow-wrap: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.facts th { width: 11em; font-weight: 600; }
.rules tbody th { min-width: 13em; }
.verdict { display: inline-block; padding: 1px 10px; border-radius: 10px; font-size: 13px; font-weight: 600;
  white-space: nowrap; background: #e3e6ec; color: #39404e; }
.ready { background: #d5efd9; color: #14532d; }
.not_yet { background: #fbdcd8; color: #7f1d1d; }
.too_little_seen { background: #fdecc8; color: #713f12; }
ul { margin: 8px 0; padding-left: 20px; }
.remark { border-left: 4px solid #d9a521; padding-left: 12px; margin: 8px 0; }
.bar { height: 8px; border-radius: 4px; overflow: hidden; background: #e3e6ec; font-size: 0; margin: 6px 0 2px; }
.bar span { display: inline-block; height: 8px; }
.good { background: #2f9e4f; }
.useless { background: #d9a521; }
.wrong { background: #c9382b; }
@media (prefers-color-scheme: dark) {
  body { background: #14161b; color: #e4e7ee; }
  .soft, thead th { color: #a3abba; }
  section { background: #1d2027; border-color: #333843; }
  th, td { border-color: #2c313b; }
  .verdict, .bar { background: #363c48; color: #e4e7ee; }
  .ready { background: #1d4d2b; color: #c9f2d3; }
  .not_yet { background: #6a211b; color: #ffdcd7; }
  .too_little_seen { background: #5c430f; color: #ffe9b8; }
}
@media print { body { background: #fff; padding: 0; } section { break-inside: avoid; } }
)css";

std::string escaped(std::string_view words) {
  std::string out;
  for (const char c : text::visible(words, text::kMostLineBytes)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string badge(Verdict verdict) {
  std::string name = to_string(verdict);
  for (char& c : name) c = c == ' ' ? '_' : c;
  return "<span class=\"verdict " + name + "\">" + to_string(verdict) + "</span>";
}

std::string number(const std::string& words) { return "<td class=\"number\">" + escaped(words) + "</td>"; }

std::string row_of_rule(const RuleReport& rule) {
  return "<tr><th scope=\"row\">" + escaped(rule.rule) + "</th><td>" + badge(rule.verdict) + "</td>" +
         number(text::duration_text(rule.hot)) + number(count_text(rule.firings)) +
         number(count_text(rule.recommended.made)) + number(count_text(rule.done.made)) +
         number(count_text(rule.recommended.useless + rule.done.useless)) +
         number(count_text(rule.recommended.wrong + rule.done.wrong)) +
         number(rule.could_avoid > Milliseconds(0) ? predicted_text(rule.could_avoid) : "-") + "</tr>\n";
}

std::string overview(const Report& report) {
  std::string text =
      "<section class=\"wide\">\n<table class=\"rules\">\n<thead><tr><th>Rule</th><th>Verdict</th><th "
      "class=\"number\">Hot</th>"
      "<th class=\"number\">Firings</th><th class=\"number\">Recommended</th><th class=\"number\">Done</th>"
      "<th class=\"number\">Useless</th><th class=\"number\">Wrong</th><th class=\"number\">Avoidable<br>(predicted)"
      "</th></tr></thead>\n<tbody>\n";
  for (const RuleReport& rule : report.rules) text += row_of_rule(rule);
  return text + "</tbody>\n</table>\n</section>\n";
}

// A part of the bar; a part that is not zero is visible, however small.
std::string bar_part(const char* name, std::size_t percent) {
  if (percent == 0) return "";
  return std::string("<span class=\"") + name + "\" style=\"width:" + std::to_string(percent) + "%\"></span>";
}

// The shares of the judged ones.
std::string bar(const RuleReport& rule) {
  const std::size_t good = rule.recommended.good + rule.done.good;
  const std::size_t useless = rule.recommended.useless + rule.done.useless;
  const std::size_t wrong = rule.recommended.wrong + rule.done.wrong, all = good + useless + wrong;
  if (all == 0) return "";
  const auto share = [&](std::size_t count) { return count == 0 ? 0 : std::max<std::size_t>(count * 100 / all, 1); };
  // The total is 100: the rounding error goes to the first part that is not zero.
  const std::size_t of_wrong = good + useless == 0 ? 100 : share(wrong);
  const std::size_t of_useless = good == 0 ? 100 - of_wrong : share(useless);
  const std::string words = std::to_string(all) + " judged: " + std::to_string(good) + " good, " +
                            std::to_string(useless) + " useless, " + std::to_string(wrong) + " wrong";
  return "<div class=\"bar\" role=\"img\" aria-label=\"" + words + "\">" +
         bar_part("good", 100 - of_useless - of_wrong) + bar_part("useless", of_useless) + bar_part("wrong", of_wrong) +
         "</div>\n<p class=\"soft\">" + words + "</p>\n";
}

std::string bad_list(const RuleReport& rule, const About& about) {
  if (rule.bad.empty()) return "";
  std::string text = "<p><b>Wrong or useless</b></p>\n<ul>\n";
  for (const Judged& bad : rule.bad)
    text += std::string("<li>") + (bad.fate == Fate::kWrong ? "wrong: " : "useless: ") +
            escaped(sentence(bad, about.time)) + "</li>\n";
  const std::size_t all = rule.recommended.wrong + rule.recommended.useless + rule.done.wrong + rule.done.useless;
  if (all > rule.bad.size()) text += "<li>and " + std::to_string(all - rule.bad.size()) + " more</li>\n";
  return text + "</ul>\n";
}

std::string section_of(const RuleReport& rule, const About& about) {
  std::string text = "<section>\n<h2>" + escaped(rule.rule) + " " + badge(rule.verdict) + "</h2>\n<ul>\n";
  for (const std::string& reason : rule.reasons) text += "<li>" + escaped(reason) + "</li>\n";
  text += "</ul>\n" + bar(rule) + "<table class=\"facts\">\n";
  for (const Fact& fact : facts_of(rule))
    text += "<tr><th scope=\"row\">" + escaped(fact.name) + "</th><td>" + escaped(fact.text) + "</td></tr>\n";
  return text + "</table>\n" + bad_list(rule, about) + "</section>\n";
}

std::string words_section() {
  return "<section>\n<h2>What the words mean</h2>\n<ul>\n"
         "<li><b>hot</b>: the time in which the rule fired, added up over domains and nodes.</li>\n"
         "<li><b>avoidable</b>: a prediction: what was left of each firing when the recommended action would have been "
         "over. Nothing was done, so nobody knows.</li>\n"
         "<li><b>useless</b>: the firing was over before the action would have paid off, or it was taken back within " +
         text::duration_text(kAfterwards) +
         ".</li>\n"
         "<li><b>wrong</b>: the action failed, was aborted or rolled back, the guest lacked memory, or a rule with "
         "remedies fired on the target node within " +
         text::duration_text(kAfterwards) +
         ".</li>\n"
         "<li><b>ready</b>: data for " +
         text::duration_text(kLeastTime) + ", " + std::to_string(kLeastJudged) +
         " judged, at most 5 % wrong and 20 % useless, no guest harmed. <b>Not yet</b>: one of these speaks against "
         "it. "
         "<b>Too little seen</b>: nobody can say.</li>\n</ul>\n</section>\n";
}

}  // namespace

std::string as_html(const Report& report, const About& about) {
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Hotspot: what the trial showed in " +
      escaped(about.cluster) + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n<main>\n" +
      "<h1>What the trial showed</h1>\n<p class=\"soft\">" + escaped(headline(report, about)) + "</p>\n";
  for (const std::string& remark : report.remarks) text += "<p class=\"remark\">" + escaped(remark) + "</p>\n";
  text += overview(report);
  for (const RuleReport& rule : report.rules) text += section_of(rule, about);
  text += words_section();
  return text + "<p class=\"soft\">Made by hotspotctl " + escaped(about.version) + " on " +
         escaped(about.time(about.made_at)) + " from " + std::to_string(report.reach.decisions) + " decisions and " +
         std::to_string(report.reach.entries) + " entries of the journal.</p>\n</main>\n</body>\n</html>\n";
}

}  // namespace hotspot::ctl::report
