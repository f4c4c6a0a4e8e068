#include "actuator/io/redis/decision_walk.h"

#include <utility>

#include "actuator/io/redis/past_pages.h"
#include "actuator/io/redis/stream.h"
#include "common/crypto/sha256.h"

namespace hotspot::io {
namespace {

constexpr std::size_t kDecisionsPerPage = 64;  // 16 MB of the longest ones that hotspotd writes
constexpr int kMostWalks = 5;                  // each after a trim that overtook the one before
constexpr int kMostEnds = 1000;                // readings of the end, while hotspotd appends
// Ten times what hotspotd keeps. Whoever else appends must not keep the reader busy for ever.
constexpr std::size_t kMostEntries = 100'000;
constexpr std::size_t kLongestDecision = 256u << 10;  // a longer entry counts as several

record::ChainedEntry chained(const StreamEntry& entry) {
  const std::string *decision = entry.find("decision"), *previous = entry.find(record::kPreviousField);
  // hotspotd writes these two fields, in this order. What has others beside them is not its own.
  const bool is_ours =
      entry.fields.size() == 2 && decision == &entry.fields[0].second && previous == &entry.fields[1].second;
  record::ChainedEntry made{.stream_id = entry.id, .previous = {}, .hash = {}};
  if (previous == nullptr) return made;
  made.previous = is_ours ? *previous : "";
  if (is_ours) made.hash = crypto::sha256_hex(record::hashed_text(*decision, *previous));
  return made;
}

std::size_t bytes_of(const StreamEntry& entry) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : entry.fields) bytes += name.size() + value.size();
  return bytes;
}

class Walk {
 public:
  Walk(RedisClient& client, const telemetry::Keyspace& keyspace) : client_(client), keyspace_(keyspace) {}

  Result<record::ChainReport> run(const std::optional<record::DecisionHead>& asked) {
    // The anchor after the first page: all that this page lacks was trimmed by then.
    auto first = page();
    if (!first) return first.error();
    auto bounds = anchor();
    if (!bounds) return bounds.error();
    record::DecisionChain chain({.anchor = *bounds, .asked = asked});
    for (const StreamEntry& entry : *first) chain.add(chained(entry));
    return to_the_end(chain);
  }

  // The later one of both: up to it, decisions may be missing.
  Result<std::optional<record::DecisionHead>> anchor() {
    auto trimmed = head(record::kDecisionAnchorField), restart = head(record::kDecisionRestartField);
    if (!trimmed) return trimmed;
    if (!restart || !*restart) return restart ? trimmed : restart;
    return *trimmed && (*trimmed)->number >= (*restart)->number ? trimmed : restart;
  }

 private:
  Result<std::vector<StreamEntry>> page() {
    if (is_over_) return std::vector<StreamEntry>();
    auto reply = read_range(client_, {"XRANGE", keyspace_.decisions(), next_, "+"}, count_);
    if (!reply && reply.error().fault == redis::Fault::kTooLarge)
      return Error{"the next entry of " + keyspace_.decisions() + " from " + next_ +
                   " on is not hotspotd's, it is too long to be read: " + reply.error().message};
    if (!reply) return Error{reply.error().message};
    auto entries = entries_from(std::move(*reply));
    if (entries.empty()) return entries;
    for (const StreamEntry& entry : entries) read_ += 1 + bytes_of(entry) / kLongestDecision;
    if (read_ > kMostEntries)
      return Error{keyspace_.decisions() + " has far more in it than hotspotd writes, or grows faster than it can be " +
                   "read: find out who else appends to it"};
    const StreamId last = stream_id_from_string(entries.back().id).value_or(StreamId{});
    next_ = to_string(successor(last));
    is_over_ = successor(last) == last;
    return entries;
  }

  Result<std::optional<record::DecisionHead>> head(const char* field) {
    auto reply = client_.command({"HGET", keyspace_.state(), field});
    if (!reply) return Error{reply.error().message};
    return record::decision_head_from_string(reply->text);
  }

  // A decision and the head are written at once: the head is that of the last entry, unless more came in between. So
  // what a head has that was read before the end of the stream is missing.
  Result<record::ChainReport> to_the_end(record::DecisionChain& chain) {
    std::optional<record::DecisionHead> before;
    for (int end = 0; end < kMostEnds; ++end) {
      const auto read = read_on(chain);
      if (!read) return read.error();
      auto newest = head(record::kDecisionHeadField);
      if (!newest) return newest.error();
      const bool is_still = end > 0 && *read == 0 && *newest == before;
      if (is_still || !chain.wants_more() || (*newest && chain.last() == *newest)) return chain.finish(*newest);
      before = *newest;
    }
    return Error{"decisions are appended to " + keyspace_.decisions() + " faster than they can be read"};
  }

  // How many there were.
  Result<std::size_t> read_on(record::DecisionChain& chain) {
    for (std::size_t all = 0;;) {
      auto entries = page();
      if (!entries) return entries.error();
      for (const StreamEntry& entry : *entries) chain.add(chained(entry));
      all += entries->size();
      if (entries->empty() || !chain.wants_more()) return all;
    }
  }

  RedisClient& client_;
  const telemetry::Keyspace& keyspace_;
  std::string next_ = "-";
  std::size_t count_ = kDecisionsPerPage;
  std::size_t read_ = 0;  // entries
  bool is_over_ = false;  // nothing can come after the last possible id
};

}  // namespace

Result<record::ChainReport> verify_decisions(RedisClient& client, const telemetry::Keyspace& keyspace,
                                             const std::optional<record::DecisionHead>& asked) {
  for (int walk = 1;; ++walk) {
    Walk reading(client, keyspace);
    auto report = reading.run(asked);
    if (!report || !report->broken) return report;
    // A trim that overtook the reading looks like a removal.
    const auto anchor = reading.anchor();
    if (!anchor) return anchor.error();
    if (*anchor == report->anchor) return report;
    if (walk == kMostWalks)
      return Error{"decisions are removed from " + keyspace.decisions() + " to make room faster than they can be read"};
  }
}

}  // namespace hotspot::io
