// hotspotctl rule list: what is pending and firing now, or which rules the files have.
#include <algorithm>
#include <cstdio>

#include "actuator/client/status_record.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/record/status_json.h"
#include "actuator/rules/explain/explain.h"
#include "actuator/rules/testing/expectation_text.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

const char* kind_text(rules::RuleKind kind) {
  switch (kind) {
    case rules::RuleKind::kHotspot:
      return "hotspot";
    case rules::RuleKind::kAlert:
      return "alert";
    case rules::RuleKind::kRecord:
      return "record";
  }
  return "";
}

std::string firing_value(const record::Status::Firing& firing) {
  return std::isnan(firing.value) ? text_cell(nullptr) : number_cell(firing.value);
}

}  // namespace

int rule_list_files(const std::vector<std::string>& paths, Format format) {
  const auto set = load_rule_set(paths);
  if (set == nullptr) return kFailed;
  Json all = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const rules::Rule& rule : set->rules) {
    const bool records = rule.kind == rules::RuleKind::kRecord;
    std::string ladder;
    Json remedies = Json::array();
    for (const rules::Remedy& remedy : rule.remedies) {
      ladder += (ladder.empty() ? "" : ", else ") + rules::remedy_text(remedy);
      remedies.push_back(rules::remedy_text(remedy));
    }
    const std::string hold = records ? "" : rules::for_text(rule.for_clause);
    const std::string mode = rule.kind == rules::RuleKind::kHotspot ? rules::to_string(rule.mode) : "";
    rows.push_back({rule.name, kind_text(rule.kind), rule.group, hold, mode, ladder,
                    rule.file + ":" + std::to_string(rule.position.line)});
    all.push_back({{"rule", rule.name},
                   {"kind", kind_text(rule.kind)},
                   {"group", rule.group},
                   {"expr", rule.expression_text},
                   {"hold", hold},
                   {"mode", mode},
                   {"remedies", remedies},
                   {"file", rule.file},
                   {"line", rule.position.line}});
  }
  const std::vector<Column> columns{{"RULE"},
                                    {"KIND", false, Give::kDropLast},
                                    {"GROUP", false, Give::kDropFirst},
                                    {"HOLDS", false, Give::kDropLast},
                                    {"MODE", false, Give::kDropLast},
                                    {"REMEDIES", false, Give::kBelow},
                                    {"AT", false, Give::kDrop}};
  if (rows.empty() && format == Format::kTable)
    fail("no rules in these files");
  else
    std::fputs((format == Format::kTable ? table(columns, rows) : to_text(all, format)).c_str(), stdout);
  return kDone;
}

int rule_list(Session& session) {
  const auto record = client::read_status(session.connection());
  if (!record) return fail(record.error().message);
  const record::Status& status = record->status;
  if (!record->led) return say_nobody_led(session);
  Json firings = Json::array();
  std::vector<std::vector<std::string>> rows;
  std::size_t pending = 0;
  for (const record::Status::Firing& firing : status.firings) {
    const auto label = [&](const char* name) { return firing.labels.contains(name) ? firing.label(name) : "-"; };
    rows.push_back({firing.rule, firing.phase, label("node"), label("domain"), firing_value(firing), firing.held,
                    ago_cell(to_unix_seconds(firing.pending_since), session.now_seconds()),
                    firing.fresh ? "" : "stale"});
    firings.push_back(record::json_of(firing));
    if (firing.phase == "pending") ++pending;
  }
  for (const record::Status::RuleTrust& trust : status.rule_trust)
    if (!trust.may_act)
      std::fprintf(stderr, "hotspotctl: %s\n",
                   text::visible("rule " + trust.rule + " may not act " + lost_right_text(trust)).c_str());
  if (const std::size_t all = status.pending_count.value_or(pending); all > pending) {
    std::fprintf(stderr, "hotspotctl: %zu more are pending; the status lists the first %zu\n", all - pending, pending);
  }
  return session.show({{"RULE"},
                       {"PHASE", false, Give::kNever, true},
                       {"NODE"},
                       {"DOMAIN"},
                       {"VALUE", true, Give::kDropLast},
                       {"HELD", false, Give::kDrop},
                       {"SINCE", true, Give::kDropLast},
                       {"DATA", false, Give::kDropLast, true}},
                      rows, firings, "no rule is pending or firing");
}

}  // namespace hotspot::ctl
