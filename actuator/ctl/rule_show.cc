// hotspotctl rule show: the content of a rule, the mode that applies to it, and what it fires on.
#include <cstdio>

#include "actuator/ctl/effective_mode.h"
#include "actuator/ctl/facts.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/show.h"
#include "actuator/record/status_json.h"
#include "actuator/rules/explain/explain.h"
#include "actuator/rules/testing/expectation_text.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

Json firings_of(const client::StatusRecord& record, const std::string& rule) {
  Json some = Json::array();
  for (const record::Status::Firing& one : record.status.firings)
    if (one.rule == rule) some.push_back(record::json_of(one));
  return some;
}

// Null: none of its actions was measured, or could not be.
Json trust_json(const client::StatusRecord& record, const std::string& rule) {
  const record::Status::RuleTrust* trust = client::trust_of(record, rule);
  return trust == nullptr ? Json() : record::json_of(*trust);
}

void show_trust(const client::StatusRecord& record, const std::string& rule) {
  const record::Status::RuleTrust* trust = client::trust_of(record, rule);
  if (trust == nullptr) return;
  if (!trust->may_act) fact("may not act", lost_right_text(*trust));
  fact("relief", relief_text(*trust));
  for (const record::Status::Relief& one : trust->newest) fact("measured", measured_text(one));
}

Json json_of(const rules::Rule& rule, const client::StatusRecord& record) {
  Json remedies = Json::array();
  for (const rules::Remedy& remedy : rule.remedies) remedies.push_back(rules::remedy_text(remedy));
  const bool records = rule.kind == rules::RuleKind::kRecord, hotspot = rule.kind == rules::RuleKind::kHotspot;
  return {{"rule", rule.name},
          {"kind", hotspot   ? "hotspot"
                   : records ? "record"
                             : "alert"},
          {"group", rule.group},
          {"expr", rule.expression_text},
          {"hold", records ? "" : rules::for_text(rule.for_clause)},
          {"mode", hotspot ? rules::to_string(rule.mode) : ""},
          {"effective_mode", hotspot ? effective_mode(rule, record) : ""},
          {"remedies", remedies},
          {"trust", trust_json(record, rule.name)},
          {"file", rule.file},
          {"line", rule.position.line},
          {"firings", firings_of(record, rule.name)}};
}

void show_aside_and_holds(const rules::Rule& rule, const client::StatusRecord& record) {
  for (const record::Status::Aside& one : record.status.rules_aside)
    if (one.rule == rule.name)
      fact("set aside", "since " + time_cell(one.since) +
                            ": it costs more than limits.rule_operations; tried again at " + time_cell(one.until));
  for (const record::Status::Hold& hold : record.status.holds)
    if (hold.on == "rule" && hold.name == rule.name) fact("held", hold_text(hold));
}

void show(const rules::Rule& rule, const client::StatusRecord& record, const Json& json) {
  fact("rule", rule.name + ", " + json.at("kind").get<std::string>() + " of group " + rule.group);
  fact("file", rule.file + ":" + std::to_string(rule.position.line));
  fact("expr", rule.expression_text);
  if (rule.kind != rules::RuleKind::kRecord) fact("fires", "when it holds " + rules::for_text(rule.for_clause));
  if (rule.kind == rules::RuleKind::kHotspot) fact("mode", effective_mode_text(rule, record));
  for (const rules::Remedy& remedy : rule.remedies) fact("then", rules::remedy_text(remedy));
  show_aside_and_holds(rule, record);
  show_trust(record, rule.name);
  for (const record::Status::Firing& firing : record.status.firings)
    if (firing.rule == rule.name) fact("now", firing_text(firing));
  if (json.at("firings").empty() && rule.kind != rules::RuleKind::kRecord)
    fact("now", record.led ? "neither pending nor firing" : "nobody has led this cluster yet");
}

}  // namespace

int rule_show(Session& session, const std::string& name) {
  const auto set = load_rule_set({session.config().rules_path});
  if (set == nullptr) return kFailed;
  const rules::Rule* rule = set->find(name);
  if (rule == nullptr) return say_unknown(session, Noun::kRule, name);
  const auto record = client::read_status(session.connection());
  if (!record) return fail(record.error().message);
  const Json json = json_of(*rule, *record);
  if (session.format() == Format::kTable)
    show(*rule, *record, json);
  else
    std::fputs(to_text(json, session.format()).c_str(), stdout);
  return kDone;
}

}  // namespace hotspot::ctl
