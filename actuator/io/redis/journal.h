// The journal in Redis: streams `journal` and `decisions`, hash `state`.
//
// Every write is one script that first compares the lease's token, so that a former leader can write nothing. The same
// script keeps a field "open:ACTION" in `state` for each action that is not final, so that a takeover reads open
// actions at once, however long the journal is. Entries have fields of their own for redis-cli (action, state, at,
// token, domain, node, rule) and `body`, the whole entry as JSON. An append that is repeated because its answer was
// lost (kUnreachable) is written once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/io/redis/client.h"
#include "actuator/ports/journal.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

// Of the fields in `state`, one for each action that is not final: the token, a space, and the entry as JSON.
constexpr std::string_view kOpenActionPrefix = "open:";

struct RedisJournalOptions {
  std::size_t kept_decisions = 10'000;  // roughly; some MB, and days of a quiet cluster
};

class RedisJournal : public ports::Journal {
 public:
  RedisJournal(RedisClient& client, const telemetry::Keyspace& keyspace, RedisJournalOptions options = {});

  Result<void, ports::WriteError> append(const ports::JournalEntry& entry) override;
  Result<std::vector<ports::JournalEntry>> open_actions() override;
  Result<std::vector<ports::JournalEntry>> newest(std::size_t count) override;
  Result<std::vector<ports::JournalEntry>> entries_after(const std::string& stream_id, std::size_t count) override;
  Result<void, ports::WriteError> record_decision(std::int64_t token, const std::string& json) override;
  std::optional<record::DecisionHead> decision_head() const override { return recorded_; }
  // An empty value removes the field; other fields are kept. Fields for which is_reserved_field() is true are not
  // changed.
  Result<void, ports::WriteError> save_state(std::int64_t token,
                                             const std::map<std::string, std::string>& fields) override;
  Result<std::map<std::string, std::string>> load_state() override;
  Result<void, ports::WriteError> answer(std::int64_t token, const std::vector<record::Answer>& answers) override;
  Result<std::vector<record::Answer>> answers() override;
  Result<void, ports::WriteError> publish(std::int64_t token, const std::string& record, Milliseconds lasts) override;
  std::uint64_t session() const override { return client_.connections(); }

 private:
  Result<void, ports::WriteError> write(const RedisScript& script, const std::string& key,
                                        const std::vector<std::string>& arguments);

  RedisClient& client_;
  telemetry::Keyspace keyspace_;
  RedisJournalOptions options_;
  std::string decision_head_;  // the field of `state`, as it was seen last; empty: none, or damaged
  std::optional<record::DecisionHead> recorded_;
};

// Fields of `state` that belong to the journal and the lease.
bool is_reserved_field(const std::string& field);

// Shared with hotspotctl.
Result<std::vector<ports::JournalEntry>> read_newest_entries(RedisClient& client, const telemetry::Keyspace& keyspace,
                                                             std::size_t count);
Result<std::map<std::string, std::string>> read_state(RedisClient& client, const telemetry::Keyspace& keyspace);

}  // namespace hotspot::io
