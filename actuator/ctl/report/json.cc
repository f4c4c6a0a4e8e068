#include "actuator/ctl/report/json.h"

namespace hotspot::ctl::report {
namespace {

using Json = nlohmann::json;

// "over before it paid off" → "over_before_it_paid_off": an identifier for programs.
std::string word(Reason reason) {
  std::string name = to_string(reason);
  for (char& c : name) c = c == ' ' ? '_' : c;
  return name;
}

Json counts_json(const Counts& counts) {
  Json reasons = Json::object();
  for (const auto& [reason, count] : counts.by_reason) reasons[word(reason)] = count;
  return {{"made", counts.made},   {"judged", counts.judged()}, {"good", counts.good},    {"useless", counts.useless},
          {"wrong", counts.wrong}, {"reasons", reasons},        {"kinds", counts.by_kind}};
}

// null: nothing was measured.
Json error_json(const PredictionError& error, double unit) {
  if (error.count == 0) return nullptr;
  return {{"count", error.count},
          {"median", error.median * unit},
          {"ninety_fifth", error.ninety_fifth * unit},
          {"relative_median", error.relative_median ? Json(*error.relative_median) : Json(nullptr)}};
}

Json bad_json(const Judged& bad) {
  return {{"at", to_unix_seconds(bad.at)},
          {"id", bad.id},
          {"done", bad.done},
          {"fate", bad.fate == Fate::kWrong ? "wrong" : "useless"},
          {"reason", word(bad.reason)},
          {"subject", bad.subject},
          {"domain", bad.domain},
          {"step", bad.step},
          {"words", bad.words}};
}

Json rule_json(const RuleReport& rule) {
  Json subjects = Json::array(), bad = Json::array();
  for (const HotSubject& one : rule.subjects)
    subjects.push_back({{"subject", one.subject}, {"hot_seconds", to_seconds(one.hot)}, {"firings", one.firings}});
  for (const Judged& one : rule.bad) bad.push_back(bad_json(one));
  return {{"rule", rule.rule},
          {"verdict", to_string(rule.verdict)},
          {"reasons", rule.reasons},
          {"firings", rule.firings},
          {"firings_going_on", rule.go_on},
          {"hot_seconds", to_seconds(rule.hot)},
          {"hot_on_any_seconds", to_seconds(rule.hot_any)},
          {"longest_seconds", to_seconds(rule.longest)},
          {"subject_count", rule.all_subjects},
          {"subjects_without_firing", rule.ends_not_known},
          {"subjects", subjects},
          {"recommended", counts_json(rule.recommended)},
          {"recommendations_changed", rule.changed_its_mind},
          {"predicted_avoidable_seconds", to_seconds(rule.could_avoid)},
          {"done", counts_json(rule.done)},
          {"cured", rule.cured},
          {"not_cured", rule.not_cured},
          {"hot_after_actions_seconds", to_seconds(rule.hot_after)},
          {"kills", rule.kills},
          {"roll_backs", rule.roll_backs},
          {"no_remedy_possible", rule.nothing_possible},
          {"refused", rule.refused},
          {"duration_error_seconds", error_json(rule.duration_ms, 0.001)},
          {"downtime_error_seconds", error_json(rule.downtime_ms, 0.001)},
          {"cpu_after_error_ratio", error_json(rule.cpu_points, 0.01)},
          {"bad", bad}};
}

Json time_or_null(const std::optional<WallTime>& at) { return at ? Json(to_unix_seconds(*at)) : Json(nullptr); }

}  // namespace

Json as_json(const Report& report, const About& about) {
  Json rules = Json::array();
  for (const RuleReport& rule : report.rules) rules.push_back(rule_json(rule));
  return {{"cluster", about.cluster},
          {"mode", about.mode},
          {"made_at", to_unix_seconds(about.made_at)},
          {"asked_from", to_unix_seconds(report.reach.from)},
          {"from", to_unix_seconds(report.data_from)},
          {"until", to_unix_seconds(report.reach.until)},
          {"no_ends_until", time_or_null(report.reach.no_ends_until)},
          {"led_until", time_or_null(report.reach.led_until)},
          {"decisions_read", report.reach.decisions},
          {"journal_entries_read", report.reach.entries},
          {"unreadable", report.reach.unreadable},
          {"cut", report.reach.cut},
          {"remarks", report.remarks},
          {"rules", rules}};
}

}  // namespace hotspot::ctl::report
