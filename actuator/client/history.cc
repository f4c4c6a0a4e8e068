#include "actuator/client/history.h"

#include <algorithm>
#include <utility>

#include "actuator/record/decision.h"
#include "actuator/record/stream_id.h"

namespace hotspot::client {
namespace {

// An action has a handful of states, a migration more for progress.
constexpr std::size_t kEntriesPerAction = 40;
constexpr std::size_t kMostEntries = 100'000;
constexpr Milliseconds kLongestWait{std::chrono::minutes(1)};

// "1795-1/1794-7": the places in the streams of decisions and of the journal.
std::string text_of(const io::NewsPlaces& places) { return places.decisions + "/" + places.journal; }

std::optional<io::NewsPlaces> places_of(const std::string& position) {
  const std::size_t middle = position.find('/');
  if (middle == std::string::npos) return std::nullopt;
  const auto decisions = record::stream_id_from_string(std::string_view(position).substr(0, middle));
  const auto journal = record::stream_id_from_string(std::string_view(position).substr(middle + 1));
  if (!decisions || !journal) return std::nullopt;
  return io::NewsPlaces{.decisions = to_string(*decisions), .journal = to_string(*journal)};
}

}  // namespace

std::optional<Decision> decision_of(const std::string& json) {
  auto read = record::decision_from_json(json);
  if (!read) return std::nullopt;
  const record::Conclusion* conclusion = read->conclusion();
  const bool acts = read->kind() == record::DecisionKind::kAct && conclusion != nullptr && conclusion->action;
  return Decision{.id = std::move(read->id),
                  .at = read->at,
                  .rule = std::move(read->rule),
                  .subject = std::move(read->subject),
                  .subject_key = read->subject_key.value_or(""),
                  .outcome = std::move(read->outcome),
                  .sentence = std::move(read->sentence),
                  .explanation = std::move(read->explanation),
                  .action = acts ? conclusion->action->action.id : "",
                  .json = json};
}

Action action_of(const record::ActionSummary& action, const std::string& state) {
  Action value;
  value.id = action.id;
  value.domain = action.domain;
  value.domain_uuid = action.domain_uuid;
  value.node = action.node;
  value.node_uuid = action.node_uuid;
  value.step = action.step;
  value.state = state;
  value.rule = action.rule;
  value.reason = action.reason;
  value.at = action.planned_at;
  return value;
}

Action action_of(const ports::JournalEntry& entry) {
  Action value = action_of(record::summary_of(entry.action), model::to_string(entry.state));
  value.ended = model::is_final(entry.state);
  value.decision = entry.action.decision_id;
  value.approved_by = entry.action.approved_by;
  value.message = entry.message;
  value.at = entry.at;
  value.figures = entry.figures;
  return value;
}

Result<std::vector<Decision>> newest_decisions(Connection& connection, std::size_t count) {
  const auto recorded = connection.redis().newest_decisions(std::min(count, kMostEntries));
  if (!recorded) return recorded.error();
  std::vector<Decision> all;
  for (const io::RecordedDecision& one : *recorded)
    if (auto decision = decision_of(one.json)) all.push_back(std::move(*decision));
  return all;
}

Result<std::vector<Action>> newest_actions(Connection& connection, std::size_t count) {
  const auto entries =
      connection.redis().newest_entries(std::min(count, kMostEntries / kEntriesPerAction) * kEntriesPerAction);
  if (!entries) return entries.error();
  std::vector<Action> actions;
  std::map<std::string, std::size_t> places;
  for (const ports::JournalEntry& entry : *entries) {
    const auto [place, is_new] = places.try_emplace(entry.action.id, actions.size());
    if (is_new) actions.emplace_back();
    actions[place->second] = action_of(entry);
  }
  if (actions.size() > count) actions.erase(actions.begin(), actions.end() - static_cast<std::ptrdiff_t>(count));
  return actions;
}

Result<std::string> position_of_now(Connection& connection) {
  const auto places = connection.redis().newest_places();
  if (!places) return places.error();
  return text_of(*places);
}

Result<Events> events_after(Connection& connection, const std::string& position, Milliseconds wait) {
  const auto places = places_of(position);
  if (!places) return Error{"'" + position.substr(0, 100) + "' is no position that this library gave"};
  const auto there = connection.redis().has_places(*places);
  if (!there) return there.error();
  auto news = connection.redis().news_after(*places, std::clamp(wait, Milliseconds(0), kLongestWait));
  if (!news) return news.error();
  Events events;
  events.gap = !*there;
  events.unreadable = news->unreadable;
  events.position = text_of(news->next);
  for (const io::RecordedDecision& one : news->decisions) {
    auto decision = decision_of(one.json);
    if (decision)
      events.list.push_back(std::move(*decision));
    else
      ++events.unreadable;
  }
  for (const ports::JournalEntry& entry : news->entries) events.list.push_back(action_of(entry));
  return events;
}

}  // namespace hotspot::client
