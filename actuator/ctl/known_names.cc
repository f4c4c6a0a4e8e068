#include "actuator/ctl/known_names.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "actuator/client/admitted.h"
#include "actuator/client/plan.h"
#include "actuator/client/status_record.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/record/decision.h"
#include "actuator/record/hold.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/text/nearest.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Names = std::vector<KnownName>;

// Every node sends at least this often.
constexpr Milliseconds kRecent{std::chrono::minutes(1)};
constexpr std::size_t kEntries = 2000;
constexpr std::size_t kDecisions = 500;

Result<Names> nodes(Session& session) {
  const auto registry = session.redis().registry();
  if (!registry) return registry.error();
  Names names;
  for (const auto& [id, node] : registry->nodes) names.push_back({node.name, node.host_uuid, "admitted"});
  return names;
}

Result<Names> domains(Session& session) {
  const auto newest = client::newest_of_admitted(session.connection(), kRecent);
  if (!newest) return newest.error();
  Names names;
  for (const ports::Arrival& arrival : newest->newest.snapshots) {
    for (const auto& domain : arrival.snapshot.domains)
      names.push_back({domain.name, domain.uuid,
                       std::string(telemetry::to_string(domain.state)) + " on " + arrival.snapshot.node.name});
  }
  return names;
}

Result<Names> rule_names(Session& session) {
  Names names;
  std::set<std::string> seen;
  const auto files = daemon::read_rule_files(session.config().rules_path);
  const auto checked = files ? rules::check(*files) : rules::CheckedRules{};
  if (checked.rules != nullptr) {
    for (const rules::Rule& rule : checked.rules->rules)
      if (seen.insert(rule.name).second) names.push_back({rule.name, "", rule.file});
  }
  const auto record = client::read_status(session.connection());
  if (!record) return record.error();
  for (const record::Status::Firing& firing : record->status.firings) {
    if (seen.insert(firing.rule).second) names.push_back({firing.rule, "", firing.phase});
  }
  return names;
}

Result<Names> actions(Session& session) {
  auto entries = session.redis().newest_entries(kEntries);
  if (!entries) return entries.error();
  Names names;
  std::set<std::string> seen;
  std::for_each(entries->rbegin(), entries->rend(), [&](const ports::JournalEntry& entry) {
    if (seen.insert(entry.action.id).second)
      names.push_back(
          {entry.action.id, "", std::string(model::to_string(entry.state)) + " " + entry.action.domain_name});
  });
  return names;
}

Result<Names> decisions(Session& session) {
  auto recorded = session.redis().newest_decisions(kDecisions);
  if (!recorded) return recorded.error();
  Names names;
  std::for_each(recorded->rbegin(), recorded->rend(), [&](const io::RecordedDecision& one) {
    if (const auto decision = record::decision_from_json(one.json))
      names.push_back({decision->id, "", decision->outcome + " " + decision->subject});
  });
  return names;
}

Result<Names> recommendations(Session& session) {
  const auto all = client::read_recommendations(session.connection());
  if (!all) return all.error();
  Names names;
  for (const record::Recommendation& one : all->standing)
    names.push_back({one.decision, "", model::describe(one.action.step) + " for " + one.action.domain_name});
  return names;
}

Result<Names> holds(Session& session) {
  const auto state = session.redis().state();
  if (!state) return state.error();
  const auto found = state->find("holds");
  const auto held = record::holds_from_json(found == state->end() ? "" : found->second);
  if (!held) return held.error();
  Names names;
  for (const record::Hold& hold : held->all) names.push_back({hold.id, "", record::subject_of(hold)});
  return names;
}

}  // namespace

const char* to_string(Noun noun) {
  switch (noun) {
    case Noun::kNode:
      return "node";
    case Noun::kDomain:
      return "domain";
    case Noun::kRule:
      return "rule";
    case Noun::kAction:
      return "action";
    case Noun::kDecision:
      return "decision";
    case Noun::kHold:
      return "hold";
    case Noun::kRecommendation:
      return "recommendation";
  }
  return "";
}

Result<Names> known_names(Session& session, Noun noun) {
  switch (noun) {
    case Noun::kNode:
      return nodes(session);
    case Noun::kDomain:
      return domains(session);
    case Noun::kRule:
      return rule_names(session);
    case Noun::kAction:
      return actions(session);
    case Noun::kDecision:
      return decisions(session);
    case Noun::kHold:
      return holds(session);
    case Noun::kRecommendation:
      return recommendations(session);
  }
  return Names();
}

std::string did_you_mean(const Names& known, const std::string& word) {
  std::vector<std::string_view> names;
  for (const KnownName& one : known) names.push_back(one.name);
  const std::string near = text::nearest(word, names);
  return near.empty() ? "" : ", did you mean '" + text::visible(near) + "'?";
}

int say_unknown(Session& session, Noun noun, const std::string& word) {
  const auto known = known_names(session, noun);
  const std::string what = to_string(noun);
  const std::string near = known ? did_you_mean(*known, word) : "";
  const std::string where = noun == Noun::kNode ? "no node '" + text::visible(word) + "' is admitted"
                            : noun == Noun::kDomain
                                ? "no domain '" + text::visible(word) + "' is in a snapshot of the last hour"
                            : noun == Noun::kRule ? "no rule is called '" + text::visible(word) + "'"
                                                  : "there is no " + what + " '" + text::visible(word) + "'";
  fail(where + (near.empty() ? "; hotspotctl " + what + " list shows what there is" : near));
  return kNothing;
}

}  // namespace hotspot::ctl
