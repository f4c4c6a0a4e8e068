// What has come to the streams of decisions and of the journal: for followers.
//
// Thread rule: that of the client.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "actuator/io/redis/client.h"
#include "actuator/ports/journal.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

struct RecordedDecision {
  std::string stream_id;
  std::string json;
};

// A place in each of the two streams: the id of the last entry that was read, "0-0" for the beginning. Empty: that
// stream is not read.
struct NewsPlaces {
  std::string decisions, journal;
  bool operator==(const NewsPlaces&) const = default;
};

struct News {
  std::vector<RecordedDecision> decisions;  // oldest first, as the next
  std::vector<ports::JournalEntry> entries;
  std::size_t unreadable = 0;
  NewsPlaces next;  // where to go on
};
// Up to 256 of each that came after the places, waiting up to `wait` for one; fewer if they are too large for one
// reply.
Result<News> read_news(RedisClient& client, const telemetry::Keyspace& keyspace, const NewsPlaces& after,
                       Milliseconds wait);

// The places of now.
Result<NewsPlaces> newest_places(RedisClient& client, const telemetry::Keyspace& keyspace);

// Are the entries at these places still in the streams? Otherwise what came after them may be missing, too.
Result<bool> has_places(RedisClient& client, const telemetry::Keyspace& keyspace, const NewsPlaces& places);

}  // namespace hotspot::io
