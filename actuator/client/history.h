// Decisions and actions as values, from their streams.
#pragma once

#include <string>
#include <vector>

#include "actuator/client/client.h"
#include "actuator/client/connection.h"
#include "actuator/ports/journal.h"
#include "actuator/record/action_summary.h"

namespace hotspot::client {

// Empty: it is no decision.
std::optional<Decision> decision_of(const std::string& json);
Action action_of(const ports::JournalEntry& entry);
Action action_of(const record::ActionSummary& action, const std::string& state);

// Oldest first. What cannot be read is left out.
Result<std::vector<Decision>> newest_decisions(Connection& connection, std::size_t count);
Result<std::vector<Action>> newest_actions(Connection& connection, std::size_t count);

// See Client::position() and Client::events().
Result<std::string> position_of_now(Connection& connection);
Result<Events> events_after(Connection& connection, const std::string& position, Milliseconds wait);

}  // namespace hotspot::client
