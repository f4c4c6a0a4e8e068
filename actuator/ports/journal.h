// The journal: every state of every action, in order, protected by the fencing token. Also the decisions.
//
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/record/answer.h"
#include "actuator/record/decision_head.h"
#include "actuator/record/journal_entry.h"
#include "telemetry/result.h"

namespace hotspot::ports {

using record::JournalEntry;

enum class WriteFault {
  kFenced,      // another member leads by now, or our lease expired: nothing was written
  kUnreachable  // it is not known whether it was written
};
struct WriteError {
  WriteFault fault;
  std::string message;
};

class Journal {
 public:
  virtual ~Journal() = default;

  // Appends if `token` is the lease's. The intent of an action must be appended before anything is touched.
  virtual Result<void, WriteError> append(const JournalEntry& entry) = 0;

  // The newest entry of each action that is not in a final state: these have to be reconciled after a takeover.
  virtual Result<std::vector<JournalEntry>> open_actions() = 0;
  // The newest `count` entries, oldest first.
  virtual Result<std::vector<JournalEntry>> newest(std::size_t count) = 0;

  // Up to `count` entries after the one with this stream id ("0-0": from the first that is kept), oldest first.
  virtual Result<std::vector<JournalEntry>> entries_after(const std::string& stream_id, std::size_t count) = 0;

  // One decision as JSON, for people and programs; protected like append. It is chained to the one before by hash
  // (record/decision_head.h), whoever recorded that.
  virtual Result<void, WriteError> record_decision(std::int64_t token, const std::string& json) = 0;
  // The newest decision that was recorded through this object; empty: none yet.
  virtual std::optional<record::DecisionHead> decision_head() const = 0;

  // The `state` hash: what has to survive a restart. Protected like append.
  virtual Result<void, WriteError> save_state(std::int64_t token, const std::map<std::string, std::string>& fields) = 0;
  virtual Result<std::map<std::string, std::string>> load_state() = 0;

  // The answers to commands, for those who sent them. Protected like append.
  virtual Result<void, WriteError> answer(std::int64_t token, const std::vector<record::Answer>& answers) = 0;
  // The recent answers.
  virtual Result<std::vector<record::Answer>> answers() = 0;

  // Changes when the store may have lost the last writes: with each new connection to it.
  virtual std::uint64_t session() const = 0;

  // The key `published` (telemetry/published.h), which expires `lasts` after its newest write. Protected like append.
  virtual Result<void, WriteError> publish(std::int64_t token, const std::string& record, Milliseconds lasts) = 0;
};

}  // namespace hotspot::ports
