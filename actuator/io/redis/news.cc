#include "actuator/io/redis/news.h"

#include <utility>

#include "actuator/io/redis/stream.h"

namespace hotspot::io {
namespace {

constexpr std::size_t kMostNews = 256;

redis::Command read_command(const telemetry::Keyspace& keyspace, const NewsPlaces& after, Milliseconds wait) {
  redis::Command read;
  // BLOCK 0 would wait for ever.
  if (wait.count() > 0) read = {"BLOCK", std::to_string(wait.count())};
  read.push_back("STREAMS");
  if (!after.decisions.empty()) read.push_back(keyspace.decisions());
  if (!after.journal.empty()) read.push_back(keyspace.journal());
  if (!after.decisions.empty()) read.push_back(after.decisions);
  if (!after.journal.empty()) read.push_back(after.journal);
  return read;
}

void take_decisions(std::vector<StreamEntry>&& batch, News& news) {
  for (StreamEntry& entry : batch) {
    news.next.decisions = entry.id;
    if (const std::string* json = entry.find("decision"))
      news.decisions.push_back({std::move(entry.id), *json});
    else
      ++news.unreadable;
  }
}

void take_entries(std::vector<StreamEntry>&& batch, News& news) {
  for (const StreamEntry& entry : batch) {
    news.next.journal = entry.id;
    const std::string* body = entry.find("body");
    auto read = record::journal_entry_from_json(body != nullptr ? *body : "");
    if (!read) {
      ++news.unreadable;
      continue;
    }
    read->stream_id = entry.id;
    news.entries.push_back(std::move(*read));
  }
}

Result<std::string> newest_in(RedisClient& client, const std::string& key) {
  auto reply = client.command({"XREVRANGE", key, "+", "-", "COUNT", "1"});
  if (!reply) return Error{reply.error().message};
  const auto newest = entries_from(std::move(*reply));
  return newest.empty() ? std::string("0-0") : newest.front().id;
}

// The beginning of a stream is always there.
Result<bool> has_entry(RedisClient& client, const std::string& key, const std::string& id) {
  if (id.empty() || id == "0-0") return true;
  auto reply = client.command({"XRANGE", key, id, id, "COUNT", "1"});
  if (!reply) return Error{reply.error().message};
  return !reply->elements.empty();
}

}  // namespace

Result<News> read_news(RedisClient& client, const telemetry::Keyspace& keyspace, const NewsPlaces& after,
                       Milliseconds wait) {
  News news;
  news.next = after;
  if (after == NewsPlaces()) return news;
  const redis::Command rest = read_command(keyspace, after, wait);
  for (std::size_t count = kMostNews;; count /= 2) {
    redis::Command read{"XREAD", "COUNT", std::to_string(count)};
    read.insert(read.end(), rest.begin(), rest.end());
    auto reply = client.command(read, wait);
    if (!reply && reply.error().fault == redis::Fault::kTooLarge && count > 1) continue;
    if (!reply) return Error{reply.error().message};
    for (StreamBatch& batch : batches_from(std::move(*reply)))
      batch.key == keyspace.decisions() ? take_decisions(std::move(batch.entries), news)
                                        : take_entries(std::move(batch.entries), news);
    return news;
  }
}

Result<NewsPlaces> newest_places(RedisClient& client, const telemetry::Keyspace& keyspace) {
  auto decisions = newest_in(client, keyspace.decisions());
  if (!decisions) return decisions.error();
  auto journal = newest_in(client, keyspace.journal());
  if (!journal) return journal.error();
  return NewsPlaces{.decisions = std::move(*decisions), .journal = std::move(*journal)};
}

Result<bool> has_places(RedisClient& client, const telemetry::Keyspace& keyspace, const NewsPlaces& places) {
  const auto decisions = has_entry(client, keyspace.decisions(), places.decisions);
  if (!decisions || !*decisions) return decisions;
  return has_entry(client, keyspace.journal(), places.journal);
}

}  // namespace hotspot::io
