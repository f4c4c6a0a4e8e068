// hotspotctl rule explain: why a rule holds, or does not, part by part.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "actuator/client/status_record.h"
#include "actuator/ctl/effective_mode.h"
#include "actuator/ctl/live_data.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/record/status_json.h"
#include "actuator/rules/explain/explain.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/testing/expectation_text.h"
#include "common/text/duration.h"
#include "common/text/nearest.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

// Further values of a part are counted, not listed.
constexpr std::size_t kListedValues = 8;

struct Question {
  const rules::Rule* rule = nullptr;
  rules::SubjectFilter filter;
  std::string subject;  // "domain vm1 on h1", "node h1", "" for all
};

// The leader's state of the rule's subjects: the entries of `firings` in its status.
std::vector<record::Status::Firing> remembered(Session& session, const Question& question, std::size_t& unlisted,
                                               std::string& aside) {
  std::vector<record::Status::Firing> found;
  unlisted = 0;
  const auto record = client::read_status(session.connection());
  if (!record || !record->led) return found;
  const record::Status& status = record->status;
  for (const record::Status::Aside& one : status.rules_aside) {
    if (one.rule != question.rule->name) continue;
    aside = "it is set aside since " + time_cell(one.since) +
            ": an evaluation costs more than limits.rule_operations; it is tried again at " + time_cell(one.until) +
            ", or at a reload";
  }
  unlisted = status.pending_count.value_or(0);
  for (const record::Status::Firing& firing : status.firings) {
    if (firing.phase == "pending" && unlisted > 0) --unlisted;
    const auto fits = [&](const char* label, const std::string& wanted) {
      const std::string value = firing.label(label);
      return wanted.empty() || value.empty() || value == wanted;
    };
    if (firing.rule == question.rule->name && fits("node", question.filter.node) &&
        fits("domain", question.filter.domain)) {
      found.push_back(firing);
    }
  }
  return found;
}

bool find_subject(const model::Cluster& cluster, const std::string& name, Question& question) {
  if (name.empty()) return true;
  if (const auto domains = cluster.find_domains_by_name(name); !domains.empty()) {
    question.filter.domain = name;
    question.subject = "domain " + name;
    if (domains.size() == 1) {
      question.filter.node = domains[0].node->name();
      question.subject += " on " + question.filter.node;
    }
    return true;
  }
  if (cluster.find_node_by_name(name) == nullptr) return false;
  question.filter.node = name;
  question.subject = "node " + name;
  return true;
}

std::string values_text(const rules::ExplainedPart& part, std::optional<model::Unit> unit, bool one_subject) {
  std::string text;
  std::size_t listed = 0;
  for (const rules::PartValue& value : part.values) {
    if (++listed > kListedValues) {
      text += ", and " + std::to_string(part.values.size() - kListedValues) + " more";
      break;
    }
    std::string labels;
    for (const auto& [name, label] : value.labels) {
      if (one_subject && (name == "node" || name == "domain")) continue;
      labels += (labels.empty() ? "" : " ") + name + "=" + label;
    }
    text += (text.empty() ? "" : ", ") + (labels.empty() ? "" : labels + ": ") + value_cell(value.value, unit);
    if (part.type == rules::ValueType::kRange) text += " newest of " + std::to_string(value.samples) + " samples";
  }
  return text;
}

std::string missing_text(const rules::Rule& rule, const record::Status::Firing& firing, double now) {
  if (firing.phase != "pending") return "";
  if (const auto* timed = std::get_if<rules::ForTime>(&rule.for_clause)) {
    const double left = to_unix_seconds(firing.pending_since) + to_seconds(timed->time) - now;
    return left > 0 ? "another " + text::duration_text(Milliseconds(static_cast<std::int64_t>(left * 1000))) : "";
  }
  const auto& counted = std::get<rules::ForSamples>(rule.for_clause);
  const int held = std::atoi(firing.held.c_str());
  return held < counted.k ? std::to_string(counted.k - held) + " more samples at which it holds" : "";
}

Json json_of(const rules::ExplainedPart& part) {
  Json values = Json::array();
  for (const rules::PartValue& one : part.values) {
    values.push_back({{"labels", one.labels}, {"value", json_number(one.value)}, {"samples", one.samples}});
  }
  return {{"expression", part.text},
          {"depth", part.depth},
          {"verdict", rules::to_string(part.verdict)},
          {"values", values},
          {"error", part.error}};
}

struct Answer {
  std::vector<rules::ExplainedPart> parts;
  std::optional<model::Unit> unit;
  std::vector<record::Status::Firing> firings;
  std::size_t unlisted = 0;        // pending subjects, of any rule, that the leader does not list
  std::vector<std::string> stale;  // sentences
  std::string aside;               // a sentence, if the leader does not evaluate the rule at present
  std::string nobody;              // a sentence, if no leader can know about it
  std::string mode;                // the mode that applies in this cluster, and why
};

// Why nothing is pending or firing if there is no leader; empty if there is one.
std::string why_nobody(Session& session) {
  const auto lease = session.redis().lease();
  if (!lease) return "who leads is not known: " + lease.error().message;
  if (!lease->holder.empty()) return "";
  return "no hotspotd leads the cluster '" + session.config().cluster +
         "': nobody evaluates the rule, so it can neither wait nor fire; see hotspotctl status";
}

// `redis_away`: why Redis could not be asked; empty if it was.
Answer answer(Session& session, const LiveData& live, const Question& question, const std::string& redis_away) {
  Answer result;
  result.parts = rules::explain(*question.rule->expression, {.text = question.rule->expression_text,
                                                             .store = live.engine.store(),
                                                             .time = live.now,
                                                             .options = live.options,
                                                             .filter = question.filter});
  result.unit = unit_of(*question.rule->expression);
  result.nobody = redis_away.empty() ? why_nobody(session) : "Redis cannot be asked: " + redis_away;
  if (redis_away.empty()) result.firings = remembered(session, question, result.unlisted, result.aside);
  const auto record = redis_away.empty() ? client::read_status(session.connection())
                                         : Result<client::StatusRecord>(client::StatusRecord());
  result.mode = effective_mode_text(*question.rule, record ? *record : client::StatusRecord());
  for (const auto& [uuid, node] : live.cluster.nodes()) {
    if (!question.filter.node.empty() && node.name() != question.filter.node) continue;
    if (!model::is_stale(node, live.now, session.config().freshness)) continue;
    result.stale.push_back(node.name() + ": the newest snapshot is " + text::duration_text(model::age(node, live.now)) +
                           " old");
  }
  return result;
}

void show_rule(const rules::Rule& rule, const std::string& mode) {
  say(rule.name + "  (" + rule.file + ":" + std::to_string(rule.position.line) + ", group " + rule.group + ")");
  say("fires when it holds " + rules::for_text(rule.for_clause) + "; mode " + mode);
  for (const rules::Remedy& remedy : rule.remedies) say("  then " + rules::remedy_text(remedy));
}

void show(const Question& question, const Answer& answer, WallTime now) {
  show_rule(*question.rule, answer.mode);
  say("");
  say(question.subject.empty() ? "now" : "now, for " + question.subject);
  std::vector<std::vector<std::string>> rows;
  for (const rules::ExplainedPart& part : answer.parts) {
    const std::string verdict = rules::to_string(part.verdict);
    const std::string values =
        part.verdict == rules::Verdict::kError ? part.error : values_text(part, answer.unit, !question.subject.empty());
    rows.push_back({std::string(2 * static_cast<std::size_t>(part.depth), ' ') + part.text, verdict, values});
  }
  std::fputs(table({{"EXPRESSION"}, {""}, {"VALUE"}}, rows).c_str(), stdout);
  std::puts("");
  if (answer.firings.empty() && !answer.nobody.empty()) {
    say(answer.nobody);
  } else if (answer.firings.empty()) {
    std::puts(answer.unlisted > 0 ? "the leader does not list it as firing; more are pending than it lists"
                                  : "the leader has nothing of it as pending or firing");
  }
  for (const record::Status::Firing& firing : answer.firings) {
    std::string where;
    for (const char* label : {"domain", "node"}) {
      if (firing.labels.contains(label)) where += std::string(" ") + label + "=" + firing.label(label);
    }
    const std::string missing = !firing.waits_for.empty() ? "a full window, " + firing.waits_for
                                                          : missing_text(*question.rule, firing, to_unix_seconds(now));
    const WallTime since = firing.phase == "firing" ? firing.firing_since.value_or(WallTime{}) : firing.pending_since;
    say(firing.phase + where + " since " + time_cell(since) + ", held " + firing.held +
        (missing.empty() ? "" : ", still missing: " + missing) +
        (firing.fresh ? "" : "; its data are stale: nothing is done on it"));
  }
  for (const std::string& sentence : answer.stale) say("stale: " + sentence);
  if (!answer.aside.empty()) say(answer.aside);
}

void show_json(const Session& session, const Question& question, const Answer& answer, WallTime now) {
  Json parts = Json::array();
  for (const rules::ExplainedPart& part : answer.parts) parts.push_back(json_of(part));
  Json remedies = Json::array();
  for (const rules::Remedy& remedy : question.rule->remedies) remedies.push_back(rules::remedy_text(remedy));
  Json firings = Json::array();
  for (const record::Status::Firing& firing : answer.firings) firings.push_back(record::json_of(firing));
  const Json all = {{"rule", question.rule->name},
                    {"file", question.rule->file},
                    {"line", question.rule->position.line},
                    {"hold", rules::for_text(question.rule->for_clause)},
                    {"mode", rules::to_string(question.rule->mode)},
                    {"effective_mode", answer.mode},
                    {"remedies", remedies},
                    {"node", question.filter.node},
                    {"domain", question.filter.domain},
                    {"at", to_unix_seconds(now)},
                    {"parts", parts},
                    {"firings", firings},
                    {"stale", answer.stale},
                    {"set_aside", answer.aside},
                    {"nobody_leads", answer.nobody}};
  std::fputs(to_text(all, session.format()).c_str(), stdout);
}

}  // namespace

int rule_explain(Session& session, const std::string& rule_name, const std::string& subject,
                 const std::vector<std::string>& rule_paths) {
  const std::vector<std::string> configured{session.config().rules_path};
  const auto set = load_rule_set(rule_paths.empty() ? configured : rule_paths);
  if (set == nullptr) return kFailed;
  Question question;
  question.rule = set->find(rule_name);
  if (question.rule == nullptr) {
    std::vector<std::string_view> names;
    for (const rules::Rule& rule : set->rules) names.push_back(rule.name);
    const std::string near = text::nearest(rule_name, names);
    fail("no rule is called '" + rule_name + "'" + (near.empty() ? "" : ", did you mean '" + near + "'?"));
    return kNothing;
  }
  const auto looked_at = records_and(*set, *question.rule);
  auto live = read_live(session, looked_at);
  // Rules from named files can be explained without values.
  const std::string redis_away = live ? "" : live.error().message;
  if (!live && rule_paths.empty()) return fail(redis_away);
  if (!live) live = no_data(session, looked_at);
  if (redis_away.empty() && !find_subject((*live)->cluster, subject, question)) {
    fail("no node and no domain '" + subject + "' is in a snapshot of the last hour; see hotspotctl domain list");
    return kNothing;
  }
  const Answer found = answer(session, **live, question, redis_away);
  if (session.format() == Format::kTable) {
    show(question, found, (*live)->now);
  } else {
    show_json(session, question, found, (*live)->now);
  }
  return kDone;
}

}  // namespace hotspot::ctl
