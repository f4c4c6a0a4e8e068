#include "actuator/record/journal_entry.h"

#include <utility>

#include "actuator/record/action_json.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {

std::string to_json(const JournalEntry& entry) {
  return to_line({{"action", action_json(entry.action)},
                  {"state", model::to_string(entry.state)},
                  {"at_ms", to_unix_ms(entry.at)},
                  {"token", entry.token},
                  {"message", entry.message},
                  {"figures", entry.figures}});
}

Result<JournalEntry> journal_entry_from_json(std::string_view text) {
  if (text.size() > kMostJournalEntryBytes) return Error{"a journal entry is longer than 1 MiB"};
  const nlohmann::json body = parse_json(text);
  if (!body.is_object()) return Error{"a journal entry is not a JSON object"};
  auto action = action_from_json(object_in(body, "action"));
  if (!action) return Error{"a journal entry has no action with an id, a domain UUID and a step that we know"};
  const auto state = model::action_state_from_string(text_in(body, "state"));
  if (!state) return Error{"the journal entry of action " + action->id + " has no state that we know"};
  JournalEntry entry;
  entry.action = std::move(*action);
  entry.state = *state;
  entry.at = ms_in(body, "at_ms").value_or(WallTime{});
  entry.token = integer_in(body, "token").value_or(0);
  entry.message = text_in(body, "message");
  entry.figures = figures_in(body, "figures");
  return entry;
}

}  // namespace hotspot::record
