// The journal: every state of every action, in order, guarded by the fencing token. And the decisions.
//
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "actuator/record/answer.h"
#include "actuator/record/journal_entry.h"
#include "telemetry/result.h"

namespace hotspot::ports {

using record::JournalEntry;

enum class WriteFault {
  kFenced,      // somebody else leads by now, or our lease ran out: nothing was written
  kUnreachable  // it is not known whether it was written
};
struct WriteError {
  WriteFault fault;
  std::string message;
};

class Journal {
 public:
  virtual ~Journal() = default;

  // Appends if `token` is the lease's. Nothing may be touched in the world before its intent was appended.
  virtual Result<void, WriteError> append(const JournalEntry& entry) = 0;

  // The newest entry of each action whose newest entry is not final: what a takeover has to reconcile.
  virtual Result<std::vector<JournalEntry>> open_actions() = 0;
  // The newest `count` entries, oldest first.
  virtual Result<std::vector<JournalEntry>> newest(std::size_t count) = 0;

  // Up to `count` entries after the one with this stream id ("0-0": from the first that is kept), oldest first.
  virtual Result<std::vector<JournalEntry>> entries_after(const std::string& stream_id, std::size_t count) = 0;

  // One decision as JSON, for people and programs; guarded like append.
  virtual Result<void, WriteError> record_decision(std::int64_t token, const std::string& json) = 0;

  // The `state` hash: what must outlive a restart. Guarded like append.
  virtual Result<void, WriteError> save_state(std::int64_t token, const std::map<std::string, std::string>& fields) = 0;
  virtual Result<std::map<std::string, std::string>> load_state() = 0;

  // What became of commands, for who gave them. Guarded like append.
  virtual Result<void, WriteError> answer(std::int64_t token, const std::vector<record::Answer>& answers) = 0;
  // What is answered of late.
  virtual Result<std::vector<record::Answer>> answers() = 0;

  // Another number when the store may have lost what it was given last: with each new connection to it.
  virtual std::uint64_t session() const = 0;

  // The key `published` (telemetry/published.h), which is gone `lasts` after its newest write. Guarded like append.
  virtual Result<void, WriteError> publish(std::int64_t token, const std::string& record, Milliseconds lasts) = 0;
};

}  // namespace hotspot::ports
