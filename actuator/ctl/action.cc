// hotspotctl action list, action show, action cancel: shows and ends the actions in the journal.
#include <algorithm>
#include <cstdio>
#include <map>

#include "actuator/ctl/action_record.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/migration_report.h"
#include "actuator/ctl/send.h"
#include "actuator/model/asker.h"
#include "actuator/model/text.h"
#include "actuator/record/action_json.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

// Enough entries to hold the newest `count` actions: an action has a handful of states, a migration more for progress.
constexpr std::size_t kEntriesPerAction = 40;
constexpr std::size_t kLookedThrough = 2000;  // for an action that is under way

// figures: the newest of each, up to this state.
Json entry_json(const ports::JournalEntry& entry, const std::map<std::string, double>& figures) {
  Json json = record::action_summary(entry.action);
  json.erase("id");
  json.erase("node_uuid");
  json.update({{"action", entry.action.id},
               {"state", model::to_string(entry.state)},
               {"at", to_unix_seconds(entry.at)},
               {"token", entry.token},
               {"asked_by", model::asked_by(entry.action)},
               {"undoes", entry.action.undoes},
               {"before", before(entry.action)},
               {"after", after(entry, figures)},
               {"decision", entry.action.decision_id},
               {"first_sample_at", to_unix_seconds(entry.action.first_sample_at)},
               {"message", entry.message},
               {"figures", entry.figures},
               {"expected", entry.action.expected},
               {"stream_id", entry.stream_id}});
  return json;
}

struct ActionRecord {
  ports::JournalEntry newest;
  WallTime begun{};
};

// One row an action: its newest state, in order of beginning.
std::vector<ActionRecord> by_action(const std::vector<ports::JournalEntry>& entries) {
  std::vector<ActionRecord> records;
  std::map<std::string, std::size_t> places;
  for (const ports::JournalEntry& entry : entries) {
    const auto [place, is_new] = places.try_emplace(entry.action.id, records.size());
    if (is_new) records.push_back({entry, entry.at});
    records[place->second].newest = entry;
  }
  return records;
}

// What for, by whom, where; then what was predicted of a migration beside what came of it.
void print_head(const ports::JournalEntry& entry, const std::map<std::string, double>& figures) {
  const model::Action& action = entry.action;
  say(action.reason);
  say(action.domain_name + " on " + action.node_name + ": " + model::describe(action.step) + "; asked for by " +
      model::asked_by(action) + ", decision " + action.decision_id);
  say("before: " + value_text(before(action)) + "; after: " + value_text(after(entry, figures)));
  say("");
  const auto report = migration_report(figures);
  if (!report.empty())
    std::printf("%s\n", table({{"MIGRATION"}, {"PREDICTED", true}, {"MEASURED", true}}, report).c_str());
}

}  // namespace

int action_list(Session& session, std::size_t count, const std::string& domain) {
  const auto entries = session.redis().newest_entries(count * kEntriesPerAction);
  if (!entries) return fail(entries.error().message);
  std::vector<ActionRecord> records = by_action(*entries);
  std::erase_if(records, [&](const ActionRecord& record) {
    return !domain.empty() && record.newest.action.domain_name != domain && record.newest.action.domain_uuid != domain;
  });
  if (records.empty() && !domain.empty()) {
    const auto known = known_names(session, Noun::kDomain);
    const auto is_it = [&](const KnownName& one) { return one.name == domain || one.uuid == domain; };
    if (known && std::none_of(known->begin(), known->end(), is_it)) return say_unknown(session, Noun::kDomain, domain);
  }
  if (records.size() > count) records.erase(records.begin(), records.end() - static_cast<std::ptrdiff_t>(count));
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const ActionRecord& record : records) {
    const model::Action& action = record.newest.action;
    Json row = entry_json(record.newest, record.newest.figures);
    row["begun_at"] = to_unix_seconds(record.begun);
    json.push_back(row);
    rows.push_back({time_cell(record.begun), model::to_string(record.newest.state), action.domain_name,
                    action.node_name, model::describe(action.step),
                    text::duration_text(record.newest.at - record.begun), action.rule, action.id,
                    record.newest.message});
  }
  return session.show({{"BEGUN", false, Give::kDropLast},
                       {"STATE", false, Give::kNever, true},
                       {"DOMAIN"},
                       {"NODE", false, Give::kDrop},
                       {"ACTION", false, Give::kDropLast},
                       {"TOOK", true, Give::kDrop},
                       {"RULE", false, Give::kDropFirst},
                       {"ID"},
                       {"MESSAGE", false, Give::kBelow}},
                      rows, json, domain.empty() ? "no actions yet" : "no actions of " + domain + " in the journal");
}

namespace {

// "db1: started, 1.2 of 3.9 GiB at 118 MiB/s".
std::string progress_text(const ports::JournalEntry& entry) {
  const auto figure = [&](const char* name) {
    const auto found = entry.figures.find(name);
    return found == entry.figures.end() ? std::optional<std::int64_t>()
                                        : std::optional(static_cast<std::int64_t>(found->second));
  };
  std::string text =
      entry.action.domain_name + ": " + model::describe(entry.action.step) + ", " + model::to_string(entry.state);
  const auto copied = figure("memory_processed_bytes"), total = figure("memory_total_bytes");
  if (copied && total && *total > 0) {
    text += ", " + model::bytes_text(*copied) + " copied of " + model::bytes_text(*total);
    if (const auto left = figure("memory_remaining_bytes")) text += ", " + model::bytes_text(*left) + " left";
    if (const auto rate = figure("bandwidth_bytes_per_second")) text += ", " + model::bytes_text(*rate) + "/s";
  }
  return text + (entry.message.empty() ? "" : ": " + entry.message);
}

// The newest state of an action; none: the journal's newest entries do not have it.
Result<std::optional<ports::JournalEntry>> newest_of(Session& session, const std::string& id) {
  auto entries = session.redis().newest_entries(kLookedThrough);
  if (!entries) return entries.error();
  for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry)
    if (entry->action.id == id) return std::optional(*entry);
  return std::optional<ports::JournalEntry>();
}

}  // namespace

int follow_action(Session& session, const std::string& id, const Patience& patience) {
  const std::string goes_on = "the action goes on; hotspotctl action show " + id;
  return follow(session, patience, goes_on, [&]() -> Look {
    const auto entry = newest_of(session, id);
    if (!entry) return {{}, entry.error().message};
    if (!*entry) return {kNothing, "the journal's newest entries do not have the action '" + text::visible(id) + "'"};
    if (!model::is_final((*entry)->state)) return {{}, progress_text(**entry)};
    const bool done = (*entry)->state == model::ActionState::kDone;
    return {done ? kDone : kFailed, done ? "" : progress_text(**entry)};
  });
}

int action_show(Session& session, const std::string& id, const Patience& patience) {
  if (patience.asked()) {
    if (const int code = follow_action(session, id, patience); code != kDone) return code;
  }
  const auto entries = session.redis().newest_entries(100'000);
  if (!entries) return fail(entries.error().message);
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
  ports::JournalEntry newest;
  std::map<std::string, double> told;  // the newest of each figure
  for (const ports::JournalEntry& entry : *entries) {
    if (entry.action.id != id) continue;
    newest = entry;
    for (const auto& [name, value] : entry.figures) told[name] = value;
    json.push_back(entry_json(entry, told));
    std::string figures;
    for (const auto& [name, value] : entry.figures) {
      figures += (figures.empty() ? "" : " ") + name + "=" + number_cell(value);
    }
    rows.push_back(
        {time_cell(entry.at), model::to_string(entry.state), std::to_string(entry.token), entry.message, figures});
  }
  if (rows.empty()) return say_unknown(session, Noun::kAction, id);
  if (session.format() == Format::kTable) print_head(newest, told);
  return session.show({{"AT"},
                       {"STATE", false, Give::kNever, true},
                       {"TOKEN", true, Give::kDrop},
                       {"MESSAGE", false, Give::kBelow},
                       {"FIGURES", false, Give::kBelow}},
                      rows, json, "");
}

int action_cancel(Session& session, const std::string& id) {
  return send_and_wait(session, record::CancelAction{id, login_user()});
}

}  // namespace hotspot::ctl
