// hotspotctl decision list, decision show: why something was done, or was not.
#include <cstdio>

#include "actuator/client/history.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/known_names.h"
#include "actuator/record/decision.h"
#include "actuator/record/json_text.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kEntriesLookedThrough = 20'000;  // entries of the journal

// The outcome of the decision's action, from the journal; "" for a decision without an action.
std::string outcome_text(Session& session, const client::Decision& decision) {
  const std::string& id = decision.action;
  if (id.empty()) return "";
  const auto entries = session.redis().newest_entries(kEntriesLookedThrough);
  if (!entries) return "the action " + id + ": not known, " + entries.error().message + "\n";
  const ports::JournalEntry* newest = nullptr;
  for (const ports::JournalEntry& entry : *entries)
    if (entry.action.id == id) newest = &entry;
  if (newest == nullptr) return "the action " + id + ": not in the newest entries of the journal\n";
  return "the action " + id + ": " + model::to_string(newest->state) + " at " + time_cell(newest->at) +
         (newest->message.empty() ? "" : ", " + newest->message) + "\n";
}

// What it was made from, if anything is said of that.
std::string made_from_text(const client::Decision& decision) {
  const auto read = record::decision_from_json(decision.json);
  const record::Conclusion* conclusion = read ? read->conclusion() : nullptr;
  if (conclusion == nullptr) return "";
  if (conclusion->input_sha256) return "its input is stored: hotspotctl decision replay " + decision.id + "\n";
  if (conclusion->input_not_stored) return "its input is not stored: " + *conclusion->input_not_stored + "\n";
  return "";
}

}  // namespace

int decision_list(Session& session, std::size_t count) {
  const auto decisions = client::newest_decisions(session.connection(), count);
  if (!decisions) return fail(decisions.error().message);
  std::vector<std::vector<std::string>> rows;
  Json all = Json::array();
  for (const client::Decision& one : *decisions) {
    rows.push_back({time_cell(one.at), one.outcome, one.subject, one.rule, one.sentence, one.id});
    all.push_back(record::parse_json(one.json));
  }
  return session.show({{"AT"},
                       {"OUTCOME", false, Give::kNever, true},
                       {"SUBJECT", false, Give::kDropLast},
                       {"RULE", false, Give::kDrop},
                       {"WHY", false, Give::kBelow},
                       {"ID"}},
                      rows, all, "no decisions yet");
}

int decision_show(Session& session, const std::string& id) {
  const auto decisions = client::newest_decisions(session.connection(), 100'000);
  if (!decisions) return fail(decisions.error().message);
  for (const client::Decision& one : *decisions) {
    if (one.id != id) continue;
    if (session.format() == Format::kTable)
      say_lines(one.explanation + outcome_text(session, one) + made_from_text(one));
    else
      std::fputs(to_text(record::parse_json(one.json), session.format()).c_str(), stdout);
    return kDone;
  }
  return say_unknown(session, Noun::kDecision, id);
}

}  // namespace hotspot::ctl
