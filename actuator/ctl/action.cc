// hotspotctl action list, action show, action cancel: what the journal holds.
#include <cstdio>
#include <map>

#include "actuator/ctl/action_record.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/migration_report.h"
#include "actuator/ctl/send.h"
#include "actuator/model/text.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

// Enough entries to hold the newest `count` actions: an action has a handful of states, a migration more for progress.
constexpr std::size_t kEntriesPerAction = 40;

// figures: the newest of each, up to this state.
Json entry_json(const ports::JournalEntry& entry, const std::map<std::string, double>& figures) {
  return {{"action", entry.action.id},
          {"state", model::to_string(entry.state)},
          {"at", to_unix_seconds(entry.at)},
          {"token", entry.token},
          {"domain", entry.action.domain_name},
          {"domain_uuid", entry.action.domain_uuid},
          {"node", entry.action.node_name},
          {"kind", model::step_name(entry.action.step)},
          {"step", model::describe(entry.action.step)},
          {"rule", entry.action.rule},
          {"asked_by", asked_by(entry.action)},
          {"undoes", entry.action.undoes},
          {"before", before(entry.action)},
          {"after", after(entry, figures)},
          {"reason", entry.action.reason},
          {"decision", entry.action.decision_id},
          {"first_sample_at", to_unix_seconds(entry.action.first_sample_at)},
          {"planned_at", to_unix_seconds(entry.action.planned_at)},
          {"message", entry.message},
          {"figures", entry.figures},
          {"expected", entry.action.expected},
          {"stream_id", entry.stream_id}};
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
      asked_by(action) + ", decision " + action.decision_id);
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
  if (records.size() > count) records.erase(records.begin(), records.end() - static_cast<std::ptrdiff_t>(count));
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const ActionRecord& record : records) {
    const model::Action& action = record.newest.action;
    Json row = entry_json(record.newest, record.newest.figures);
    row["begun_at"] = to_unix_seconds(record.begun);
    json.push_back(row);
    rows.push_back({time_cell(to_unix_seconds(record.begun)), model::to_string(record.newest.state), action.domain_name,
                    action.node_name, model::describe(action.step),
                    model::duration_text(record.newest.at - record.begun), action.rule, action.id,
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

int action_show(Session& session, const std::string& id) {
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
    rows.push_back({time_cell(to_unix_seconds(entry.at)), model::to_string(entry.state), std::to_string(entry.token),
                    entry.message, figures});
  }
  if (rows.empty()) {
    fail("the journal has no action '" + id + "'; hotspotctl action list shows the newest");
    return kNothing;
  }
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
