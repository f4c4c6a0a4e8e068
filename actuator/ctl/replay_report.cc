// The result of a replay: tables for people, JSON for programs.
#include <algorithm>
#include <cmath>
#include <set>

#include "actuator/ctl/live_data.h"
#include "actuator/ctl/rule_replay.h"
#include "actuator/rules/language/humanize.h"
#include "actuator/rules/testing/expectation_text.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using rules::ReplayedFiring;

std::string label(const ReplayedFiring& firing, const char* name) {
  const auto found = firing.labels.find(name);
  return found == firing.labels.end() ? "" : found->second;
}

std::string on_text(const ReplayedFiring& firing) {
  const std::string domain = label(firing, "domain"), node = label(firing, "node");
  if (domain.empty()) return node.empty() ? "the cluster" : node;
  return node.empty() ? domain : domain + " on " + node;
}

std::string remedies_text(const ReplayedFiring& firing) {
  std::string text;
  for (const rules::Remedy& remedy : firing.remedies)
    text += (text.empty() ? "" : ", else ") + rules::remedy_text(remedy);
  return text;
}

std::string resolution_text(const rules::ReplayResult& result) {
  std::string text;
  for (const rules::Stretch& stretch : result.stretches) {
    text += (text.empty() ? "" : ", ") + std::string("every ") + text::duration_text(stretch.step) + " from " +
            time_cell(stretch.from);
  }
  return text;
}

std::string firings_table(const rules::ReplayResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const ReplayedFiring& one : result.firings) {
    rows.push_back({time_cell(one.from), one.open ? "(goes on)" : time_cell(one.to),
                    text::duration_text(one.duration()), one.rule, on_text(one),
                    value_cell(one.peak, unit_of(*one.expression)), one.held, remedies_text(one)});
  }
  return table({{"FROM"}, {"TO"}, {"LASTED", true}, {"RULE"}, {"ON"}, {"PEAK", true}, {"HELD"}, {"WOULD ASK FOR"}},
               rows);
}

// Names that occur in either set, with the times of each set.
using Times = std::map<std::string, Milliseconds>;
std::string hot_table(const char* title, const std::vector<ReplayedSet>& sets,
                      const Times& (*times)(const rules::ReplayResult&)) {
  std::set<std::string> names;
  for (const ReplayedSet& set : sets) {
    for (const auto& [name, time] : times(set.result)) names.insert(name);
  }
  if (names.empty()) return "";
  std::vector<Column> columns{{title}};
  for (const ReplayedSet& set : sets) columns.push_back({sets.size() == 1 ? "HOT" : "HOT: " + set.name, true});
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : names) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(name.empty() ? "(unknown)" : name);
    for (const ReplayedSet& set : sets) {
      const auto found = times(set.result).find(name);
      row.push_back(found == times(set.result).end() ? "-" : text::duration_text(found->second));
    }
  }
  return "\n" + table(columns, rows);
}

std::string rules_table(const std::vector<ReplayedSet>& sets) {
  std::vector<Column> columns{{"RULE"}};
  std::set<std::string> names;
  std::vector<std::map<std::string, rules::RuleSum>> sums;
  for (const ReplayedSet& set : sets) {
    const std::string of = sets.size() == 1 ? "" : ": " + set.name;
    for (const char* title : {"FIRINGS", "SUBJECTS", "TIME", "LONGEST"}) columns.push_back({title + of, true});
    sums.push_back(set.result.rules);
    for (const auto& [name, sum] : sums.back()) names.insert(name);
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : names) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(name);
    for (auto& sum_of : sums) {
      const rules::RuleSum& sum = sum_of[name];
      const bool none = sum.firings == 0;
      row.push_back(std::to_string(sum.firings));
      row.push_back(std::to_string(sum.subjects));
      row.push_back(none ? "-" : text::duration_text(sum.total));
      row.push_back(none ? "-" : text::duration_text(sum.longest));
    }
  }
  return table(columns, rows);
}

std::string notes(const ReplayedSet& set) {
  std::string text;
  for (const auto& [rule, series] : set.result.without_data) {
    std::string names;
    for (const std::string& one : series) names += (names.empty() ? "" : ", ") + one;
    const std::string missing = rule + " had no data at all for " + names;
    text += "note: " + text::visible(missing, text::kMostLineBytes) + ": history does not hold it\n";
  }
  if (set.result.unlisted > 0) {
    text +=
        "note: " + std::to_string(set.result.unlisted) + " more firings are not listed; the sums below count them\n";
  }
  if (set.result.subjects_left_out > 0) {
    text += "note: " + std::to_string(set.result.subjects_left_out) +
            " firings were on subjects beyond the bound: neither SUBJECTS nor a picture has these\n";
  }
  for (const auto& [sentence, count] : set.result.problems) {
    text += "note: " + std::to_string(count) + " times: " + text::visible(sentence, text::kMostLineBytes) + "\n";
  }
  return text;
}

const Times& hot_nodes(const rules::ReplayResult& result) { return result.hot_nodes; }
const Times& hot_domains(const rules::ReplayResult& result) { return result.hot_domains; }

Json times_json(const Times& times) {
  Json json = Json::object();
  for (const auto& [name, time] : times) json[name] = to_seconds(time);
  return json;
}

Json json_of(const ReplayedFiring& one) {
  Json remedies = Json::array();
  for (const rules::Remedy& remedy : one.remedies) remedies.push_back(rules::remedy_text(remedy));
  return {{"rule", one.rule},
          {"labels", one.labels},
          {"pending_since", to_unix_seconds(one.pending_since)},
          {"from", to_unix_seconds(one.from)},
          {"to", to_unix_seconds(one.to)},
          {"open", one.open},
          {"seconds", to_seconds(one.duration())},
          {"peak", std::isfinite(one.peak) ? Json(one.peak) : Json(rules::number_text(one.peak))},
          {"held", one.held},
          {"summary", one.summary},
          {"mode", rules::to_string(one.mode)},
          {"remedies", remedies}};
}

}  // namespace

std::string replay_text(const std::vector<ReplayedSet>& sets) {
  std::string text;
  for (const ReplayedSet& set : sets) {
    if (sets.size() > 1) text += text::visible(set.name) + "\n";
    text += set.result.firings.empty() ? "nothing would have fired\n" : firings_table(set.result);
    text += notes(set) + "\n";
  }
  const rules::ReplayResult& first = sets.front().result;
  text += rules_table(sets) + hot_table("NODE", sets, hot_nodes) + hot_table("DOMAIN", sets, hot_domains);
  return text + "\n" + std::to_string(first.snapshots) + " snapshots, " + time_cell(first.from) + " to " +
         time_cell(first.to) + "; samples " + resolution_text(first) + "\n";
}

Json replay_json(const std::vector<ReplayedSet>& sets, const std::vector<std::string>& problems) {
  Json all = Json::array();
  for (const ReplayedSet& set : sets) {
    Json firings = Json::array(), stretches = Json::array();
    for (const ReplayedFiring& one : set.result.firings) firings.push_back(json_of(one));
    for (const rules::Stretch& one : set.result.stretches) {
      stretches.push_back({{"from", to_unix_seconds(one.from)},
                           {"to", to_unix_seconds(one.to)},
                           {"step_seconds", to_seconds(one.step)}});
    }
    all.push_back({{"rules", set.name},
                   {"from", to_unix_seconds(set.result.from)},
                   {"to", to_unix_seconds(set.result.to)},
                   {"snapshots", set.result.snapshots},
                   {"samples", stretches},
                   {"firings", firings},
                   {"unlisted_firings", set.result.unlisted},
                   {"hot_node_seconds", times_json(set.result.hot_nodes)},
                   {"hot_domain_seconds", times_json(set.result.hot_domains)},
                   {"without_data", set.result.without_data},
                   {"problems", set.result.problems}});
  }
  return {{"sets", all}, {"history_problems", problems}};
}

}  // namespace hotspot::ctl
