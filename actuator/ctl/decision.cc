// hotspotctl decision list, decision show: why something was done, or was not.
#include <cstdio>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/known_names.h"
#include "actuator/record/json_text.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kEntriesLookedThrough = 20'000;  // entries of the journal

Result<Json> read_decisions(Session& session, std::size_t count) {
  const auto recorded = session.redis().newest_decisions(count);
  if (!recorded) return recorded.error();
  Json all = Json::array();
  for (const io::RecordedDecision& one : *recorded) {
    Json decision = record::parse_json(one.json);
    if (decision.is_object()) all.push_back(std::move(decision));
  }
  return all;
}

// The outcome of the decision's action, from the journal; "" for a decision without an action.
std::string outcome_text(Session& session, const Json& decision) {
  const Json action = decision.value("action", Json(nullptr));
  if (decision.value("outcome", "") != "act" || !action.is_object()) return "";
  const std::string id = action.value("id", "");
  const auto entries = session.redis().newest_entries(kEntriesLookedThrough);
  if (!entries) return "the action " + id + ": not known, " + entries.error().message + "\n";
  const ports::JournalEntry* newest = nullptr;
  for (const ports::JournalEntry& entry : *entries)
    if (entry.action.id == id) newest = &entry;
  if (newest == nullptr) return "the action " + id + ": not in the newest entries of the journal\n";
  return "the action " + id + ": " + model::to_string(newest->state) + " at " + time_cell(to_unix_seconds(newest->at)) +
         (newest->message.empty() ? "" : ", " + newest->message) + "\n";
}

}  // namespace

int decision_list(Session& session, std::size_t count) {
  const auto decisions = read_decisions(session, count);
  if (!decisions) return fail(decisions.error().message);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : *decisions) {
    rows.push_back({time_cell(one.value("at", 0.0)), one.value("outcome", ""), one.value("subject", ""),
                    one.value("rule", ""), one.value("sentence", ""), one.value("id", "")});
  }
  return session.show({{"AT"},
                       {"OUTCOME", false, Give::kNever, true},
                       {"SUBJECT", false, Give::kDropLast},
                       {"RULE", false, Give::kDrop},
                       {"WHY", false, Give::kBelow},
                       {"ID"}},
                      rows, *decisions, "no decisions yet");
}

int decision_show(Session& session, const std::string& id) {
  const auto decisions = read_decisions(session, 100'000);
  if (!decisions) return fail(decisions.error().message);
  for (const Json& one : *decisions) {
    if (one.value("id", "") != id) continue;
    if (session.format() == Format::kTable)
      say_lines(one.value("explanation", "") + outcome_text(session, one));
    else
      std::fputs(to_text(one, session.format()).c_str(), stdout);
    return kDone;
  }
  return say_unknown(session, Noun::kDecision, id);
}

}  // namespace hotspot::ctl
