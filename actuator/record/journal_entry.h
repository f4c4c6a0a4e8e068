// One state of one action: the field `body` of an entry of the stream `journal`, and of what is open in `state`.
//
// PURE. What is read is never trusted: nonsense gives a sentence, unknown members are skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "actuator/model/action.h"
#include "telemetry/result.h"

namespace hotspot::record {

struct JournalEntry {
  model::Action action;
  model::ActionState state = model::ActionState::kIntent;
  WallTime at{};
  std::int64_t token = 0;                 // the fencing token of who wrote it
  std::string message;                    // one sentence; why it failed, was aborted or skipped
  std::map<std::string, double> figures;  // name with unit → value: "downtime_ms", "memory_processed_bytes", …
  std::string stream_id;                  // where it stands in the journal; empty when writing
};

inline constexpr std::size_t kMostJournalEntryBytes = 1024 * 1024;  // what is longer, Hotspot did not write

// Everything but stream_id, which the journal itself knows.
std::string to_json(const JournalEntry& entry);
Result<JournalEntry> journal_entry_from_json(std::string_view json);

}  // namespace hotspot::record
