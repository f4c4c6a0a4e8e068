// What a replay found: tables for people, JSON for programs, a picture for both.
#include <algorithm>
#include <cmath>
#include <set>

#include "actuator/ctl/live_data.h"
#include "actuator/ctl/rule_replay.h"
#include "actuator/io/rrd_timeline.h"
#include "actuator/model/text.h"
#include "actuator/rules/humanize.h"
#include "actuator/rules/testing/expectation_text.h"
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

std::string time_text(WallTime time) { return time_cell(to_unix_seconds(time)); }

struct RuleSum {
  std::size_t firings = 0;
  std::set<std::string> subjects;
  Milliseconds total{0}, longest{0};
};

std::map<std::string, RuleSum> by_rule(const rules::ReplayResult& result) {
  std::map<std::string, RuleSum> sums;
  for (const ReplayedFiring& one : result.firings) {
    RuleSum& sum = sums[one.rule];
    ++sum.firings;
    sum.subjects.insert(on_text(one));
    sum.total += one.duration();
    sum.longest = std::max(sum.longest, one.duration());
  }
  return sums;
}

std::string resolution_text(const rules::ReplayResult& result) {
  std::string text;
  for (const rules::Stretch& stretch : result.stretches) {
    text += (text.empty() ? "" : ", ") + std::string("every ") + model::duration_text(stretch.step) + " from " +
            time_text(stretch.from);
  }
  return text;
}

std::string firings_table(const rules::ReplayResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const ReplayedFiring& one : result.firings) {
    rows.push_back({time_text(one.from), one.open ? "(goes on)" : time_text(one.to),
                    model::duration_text(one.duration()), one.rule, on_text(one),
                    value_cell(one.peak, unit_of(*one.expression)), one.held, remedies_text(one)});
  }
  return table({{"FROM"}, {"TO"}, {"LASTED", true}, {"RULE"}, {"ON"}, {"PEAK", true}, {"HELD"}, {"WOULD ASK FOR"}},
               rows);
}

// Names of either set, with what each set has for them.
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
      row.push_back(found == times(set.result).end() ? "-" : model::duration_text(found->second));
    }
  }
  return "\n" + table(columns, rows);
}

std::string rules_table(const std::vector<ReplayedSet>& sets) {
  std::vector<Column> columns{{"RULE"}};
  std::set<std::string> names;
  std::vector<std::map<std::string, RuleSum>> sums;
  for (const ReplayedSet& set : sets) {
    const std::string of = sets.size() == 1 ? "" : ": " + set.name;
    for (const char* title : {"FIRINGS", "SUBJECTS", "TIME", "LONGEST"}) columns.push_back({title + of, true});
    sums.push_back(by_rule(set.result));
    for (const auto& [name, sum] : sums.back()) names.insert(name);
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : names) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(name);
    for (auto& sum_of : sums) {
      const RuleSum& sum = sum_of[name];
      const bool none = sum.firings == 0;
      row.push_back(std::to_string(sum.firings));
      row.push_back(std::to_string(sum.subjects.size()));
      row.push_back(none ? "-" : model::duration_text(sum.total));
      row.push_back(none ? "-" : model::duration_text(sum.longest));
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
  return text + "\n" + std::to_string(first.snapshots) + " snapshots, " + time_text(first.from) + " to " +
         time_text(first.to) + "; samples " + resolution_text(first) + "\n";
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
                   {"hot_node_seconds", times_json(set.result.hot_nodes)},
                   {"hot_domain_seconds", times_json(set.result.hot_domains)},
                   {"without_data", set.result.without_data},
                   {"problems", set.result.problems}});
  }
  return {{"sets", all}, {"history_problems", problems}};
}

Result<void> draw_replay(const std::vector<ReplayedSet>& sets, const std::string& png_path) {
  // A row for each rule and subject; the longest first, where there are more than fit.
  struct Row {
    io::TimelineRow row;
    Milliseconds total{0};
  };
  std::vector<Row> rows;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    std::map<std::string, Row> by_subject;
    for (const ReplayedFiring& one : sets[i].result.firings) {
      Row& row = by_subject[one.rule + "  " + on_text(one)];
      row.row.bars.emplace_back(one.from, one.to);
      row.total += one.duration();
    }
    for (auto& [name, row] : by_subject) {
      row.row.color = static_cast<int>(i);
      row.row.label =
          text::visible((sets.size() == 1 ? "" : sets[i].name + "  ") + name + "  ") + model::duration_text(row.total);
      rows.push_back(std::move(row));
    }
  }
  if (rows.empty()) return Error{"nothing would have fired: there is nothing to draw"};
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.total > b.total; });
  if (rows.size() > io::kMaxTimelineRows) rows.resize(io::kMaxTimelineRows);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.row.bars.front().first < b.row.bars.front().first; });
  io::Timeline timeline{
      .title = text::visible("What " + sets.front().name + (sets.size() > 1 ? " and " + sets[1].name : "")) +
               " would have found hot",
      .from = sets.front().result.from,
      .to = sets.front().result.to,
      .rows = {}};
  for (Row& row : rows) timeline.rows.push_back(std::move(row.row));
  return io::draw_timeline(timeline, png_path);
}

}  // namespace hotspot::ctl
