// A journal entry as one JSON object, and back.
//
// PURE. decode is total: garbage gives a sentence, unknown fields are skipped.
#pragma once

#include <string>
#include <string_view>

#include "actuator/ports/journal.h"

namespace hotspot::io {

// Everything but stream_id, which the journal itself knows.
std::string encode_entry(const ports::JournalEntry& entry);
Result<ports::JournalEntry> decode_entry(std::string_view json);

}  // namespace hotspot::io
