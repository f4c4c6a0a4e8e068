#include "actuator/ctl/report/facts.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "common/text/duration.h"

namespace hotspot::ctl::report {
namespace {

std::string duration(Milliseconds value) { return text::duration_text(value); }

std::string so_many(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string hot_text(const RuleReport& rule) {
  std::string text = duration(rule.hot) + " in " + so_many(rule.firings, "firing", "firings") + " on " +
                     so_many(rule.all_subjects, "subject", "subjects");
  if (rule.all_subjects > 1) text += "; on any of them " + duration(rule.hot_any);
  if (rule.firings > 0) text += "; the longest " + duration(rule.longest);
  if (rule.go_on > 0) text += "; " + std::to_string(rule.go_on) + " of them went on at the end";
  return text;
}

std::string hottest_text(const RuleReport& rule) {
  std::string text;
  for (const HotSubject& one : rule.subjects)
    text += (text.empty() ? "" : "; ") + one.subject + " " + duration(one.hot) + " (" +
            so_many(one.firings, "firing", "firings") + ")";
  const std::size_t more = rule.all_subjects - rule.subjects.size();
  return more == 0 ? text : text + "; and " + std::to_string(more) + " more";
}

// "migrate 31, set_vcpus 8".
template <typename Key, typename Name>
std::string listed_counts(const std::map<Key, std::size_t>& counts, const Name& name) {
  std::string text;
  for (const auto& [key, count] : counts) text += (text.empty() ? "" : ", ") + name(key) + " " + std::to_string(count);
  return text;
}

// "39 (migrate 31, set_vcpus 8): 36 good, 2 useless, 0 wrong, 1 not judged (over before it paid off 2, too recent 1)".
std::string counts_text(const Counts& counts) {
  const std::string kinds = listed_counts(counts.by_kind, [](const std::string& kind) { return kind; });
  const std::string reasons =
      listed_counts(counts.by_reason, [](Reason reason) { return std::string(to_string(reason)); });
  std::string text = std::to_string(counts.made) + (kinds.empty() ? "" : " (" + kinds + ")") + ": " +
                     std::to_string(counts.good) + " good, " + std::to_string(counts.useless) + " useless, " +
                     std::to_string(counts.wrong) + " wrong";
  if (counts.made > counts.judged()) text += ", " + std::to_string(counts.made - counts.judged()) + " not judged";
  return reasons.empty() ? text : text + " (" + reasons + ")";
}

std::string error_text(const PredictionError& error, const std::function<std::string(double)>& value) {
  std::string text = "off by " + value(error.median) + " (median of " + std::to_string(error.count) +
                     "), 95 % within " + value(error.ninety_fifth);
  if (error.relative_median)
    text += "; " + std::to_string(std::lround(*error.relative_median * 100)) + " % of what was measured";
  return text;
}

std::string milliseconds_text(double value) {
  return duration(Milliseconds(static_cast<std::int64_t>(std::llround(std::min(value, 1e13)))));
}

std::string points_text(double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.1f points", value);
  return text.data();
}

std::string refused_text(const RuleReport& rule) {
  return so_many(rule.nothing_possible, "firing", "firings") + " (" +
         listed_counts(rule.refused, [](const std::string& kind) { return kind; }) + ")";
}

void add_outcomes(const RuleReport& rule, std::vector<Fact>& facts) {
  if (rule.recommended.made > 0) {
    std::string text = counts_text(rule.recommended);
    if (rule.changed_its_mind > 0)
      text += "; " + so_many(rule.changed_its_mind, "was", "were") + " changed within the same firing";
    facts.push_back({"recommended", text});
  }
  if (rule.could_avoid > Milliseconds(0))
    facts.push_back({"could have avoided", predicted_text(rule.could_avoid) +
                                               " of it: what was left of each firing when the recommended action would "
                                               "have been over. A prediction: nothing was done."});
  if (rule.done.made > 0) facts.push_back({"done", counts_text(rule.done)});
  if (rule.cured + rule.not_cured > 0)
    facts.push_back({"after it", so_many(rule.cured, "firing was", "firings were") + " over within " +
                                     duration(kCureLimit) + ", " + std::to_string(rule.not_cured) +
                                     " went on for longer; " + duration(rule.hot_after) +
                                     " hot after the actions (measured)"});
  if (rule.kills + rule.roll_backs > 0)
    facts.push_back({"harm", so_many(rule.kills, "guest", "guests") + " lacked memory after a shrink, " +
                                 so_many(rule.roll_backs, "action", "actions") + " rolled back"});
}

}  // namespace

std::string headline(const Report& report, const About& about) {
  return about.cluster + ", " + duration(report.time()) + " from " + about.time(report.data_from) + " to " +
         about.time(report.reach.until) + (about.mode.empty() ? "" : "; mode " + about.mode);
}

std::vector<Fact> facts_of(const RuleReport& rule) {
  std::vector<Fact> facts{{"hot", hot_text(rule)}};
  if (!rule.subjects.empty()) facts.push_back({"hottest", hottest_text(rule)});
  if (rule.ends_not_known > 0)
    facts.push_back({"not counted", so_many(rule.ends_not_known, "subject", "subjects") +
                                        " of which no firing is known, though decisions are"});
  add_outcomes(rule, facts);
  if (rule.nothing_possible > 0) facts.push_back({"no remedy", refused_text(rule)});
  if (rule.duration_ms.count > 0)
    facts.push_back({"predicted duration", error_text(rule.duration_ms, milliseconds_text)});
  if (rule.downtime_ms.count > 0)
    facts.push_back({"predicted downtime", error_text(rule.downtime_ms, milliseconds_text)});
  if (rule.cpu_points.count > 0) facts.push_back({"predicted CPU after", error_text(rule.cpu_points, points_text)});
  return facts;
}

std::string sentence(const Judged& bad, const TimeText& time) {
  const std::string of = bad.domain.empty() ? bad.subject : bad.domain;
  return time(bad.at) + " " + of + ": " + bad.step + (bad.done ? "" : " (recommended)") + ": " + to_string(bad.reason) +
         (bad.words.empty() ? "" : ": " + bad.words) + " (" + bad.id + ")";
}

std::string count_text(std::size_t count) { return count == 0 ? "-" : std::to_string(count); }

std::string predicted_text(Milliseconds value) { return "≈ " + duration(value); }

}  // namespace hotspot::ctl::report
