// Access to Redis for operators' tools: read everything, and append to the streams of commands.
//
// Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/redis/client.h"
#include "actuator/io/redis/input_store.h"
#include "actuator/io/redis/news.h"
#include "actuator/ports/journal.h"
#include "actuator/ports/lease.h"
#include "actuator/ports/snapshot_source.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"
#include "actuator/record/decision_chain.h"
#include "actuator/record/registry.h"
#include "telemetry/keyspace.h"
#include "telemetry/published.h"

namespace hotspot::io {

class RedisOperator {
 public:
  // How many commands Redis keeps, roughly: the leader has executed older ones long ago.
  static constexpr std::size_t kKeptCommands = 10'000;

  RedisOperator(RedisClient& client, const telemetry::Keyspace& keyspace);

  // The id by which the answer is found. ahead: of Redis' own clock; if it is not 0, the command will be refused,
  // because somebody has added an id from the future to the stream.
  struct Sent {
    std::string answer_id;
    Milliseconds ahead{0};
  };
  Result<Sent> send(const record::Command& command);
  // Empty: there is no answer (yet).
  Result<std::optional<record::Answer>> answer(const std::string& answer_id);

  struct Newest {
    std::vector<ports::Arrival> snapshots;  // one per node, ordered by node UUID
    std::size_t unreadable = 0;             // entries within the window that could not be decoded
  };
  // All senders, admitted or not: `counts` selects those to use.
  using Counts = std::function<bool(const ports::Arrival&)>;
  // The newest snapshot of each node that sent one within `window` (by Redis' clock).
  Result<Newest> newest_snapshots(Milliseconds window, const Counts& counts);

  // All snapshots that arrived within `window` and are still in the stream; oldest first.
  Result<Newest> snapshots_within(Milliseconds window, const Counts& counts);

  // The admitted nodes.
  Result<record::Registry> registry();

  // Oldest first.
  Result<std::vector<RecordedDecision>> newest_decisions(std::size_t count);
  // For following; see news.h.
  Result<News> news_after(const NewsPlaces& places, Milliseconds wait);
  Result<NewsPlaces> newest_places();
  Result<bool> has_places(const NewsPlaces& places);
  Result<std::vector<ports::JournalEntry>> newest_entries(std::size_t count);
  // Both streams backwards, one page at a time, as read_past(): for queries over weeks.
  template <typename Entry>
  struct Past {
    std::vector<Entry> entries;  // newest first
    std::size_t unreadable = 0;
    std::string next;  // `before` for the next page; empty: this was the last
  };
  Result<Past<RecordedDecision>> past_decisions(WallTime from, const std::string& before);
  Result<Past<ports::JournalEntry>> past_entries(WallTime from, const std::string& before);
  // When the oldest decision that is kept was recorded; empty: there is none.
  Result<std::optional<WallTime>> oldest_decision();
  // Checks the chain of decisions (decision_walk.h). asked: a head that must be in it.
  Result<record::ChainReport> verify_decisions(const std::optional<record::DecisionHead>& asked);
  // A part of what a decision was made from, by its SHA-256; as read_input_text() in input_store.h.
  Result<std::optional<std::string>, InputError> input_text(const std::string& sha256);
  // Includes the fields of the journal and the lease.
  Result<std::map<std::string, std::string>> state();
  // What the leader publishes for collectors; empty if there is no leader. At most kMostPublishedBytes are read.
  Result<std::optional<telemetry::Published>> published();
  // The leader; holder is empty if there is none.
  Result<ports::LeaseState> lease();

 private:
  RedisClient& client_;
  telemetry::Keyspace keyspace_;
};

}  // namespace hotspot::io
