#include "actuator/io/redis/operator.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "actuator/io/redis/answers.h"
#include "actuator/io/redis/decision_walk.h"
#include "actuator/io/redis/envelope_reader.h"
#include "actuator/io/redis/journal.h"
#include "actuator/io/redis/lease.h"
#include "actuator/io/redis/past_pages.h"
#include "actuator/io/redis/registry.h"
#include "actuator/io/redis/stream.h"

namespace hotspot::io {
namespace {

constexpr std::size_t kSnapshotsPerPage = 64;  // some MB per page
constexpr std::size_t kPastPerPage = 500;
constexpr std::size_t kMostPastBytes = 256 * 1024;  // of a journal entry: hotspotd writes no longer ones

// After a failover, the clocks of master and replica differ by less.
constexpr Milliseconds kMostAhead{5000};

std::string needs_admin(const redis::CommandError& error) {
  return "this needs the role admin, whose Redis user (hotspot-admin) may write the stream commands:admin; docs/acl.md "
         "has its line: " +
         error.message;
}

Result<std::int64_t> server_time_ms(RedisClient& client) {
  auto reply = client.command({"TIME"});
  if (!reply) return Error{reply.error().message};
  if (reply->elements.size() != 2) return Error{"Redis gave its time in a form that is not understood"};
  return std::strtoll(reply->elements[0].text.c_str(), nullptr, 10) * 1000 +
         std::strtoll(reply->elements[1].text.c_str(), nullptr, 10) / 1000;
}

std::vector<RecordedDecision> decisions_from(const std::vector<StreamEntry>& entries) {
  std::vector<RecordedDecision> decisions;
  for (const StreamEntry& entry : entries)
    if (const std::string* json = entry.find("decision")) decisions.push_back({entry.id, *json});
  return decisions;
}

// Decodes entries one by one; unreadable ones are counted.
class Reading {
 public:
  Reading(const telemetry::Keyspace& keyspace, std::size_t& unreadable)
      : cluster_(keyspace.cluster()), unreadable_(unreadable) {}

  std::optional<ports::Arrival> read(const StreamEntry& entry) {
    const std::string* json = entry.find(telemetry::kSnapshotField);
    auto snapshot = decoder_.decode(json != nullptr ? *json : "");
    if (!snapshot) {
      ++unreadable_;
      return std::nullopt;
    }
    const auto id = stream_id_from_string(entry.id).value_or(StreamId{});
    return ports::Arrival{std::move(*snapshot), from_unix_ms(static_cast<std::int64_t>(id.ms)),
                          read_envelope(entry, cluster_, *json), entry.id};
  }

 private:
  std::string cluster_;
  std::size_t& unreadable_;
  telemetry::SnapshotDecoder decoder_;
};

}  // namespace

RedisOperator::RedisOperator(RedisClient& client, const telemetry::Keyspace& keyspace)
    : client_(client), keyspace_(keyspace) {}

Result<RedisOperator::Sent> RedisOperator::send(const record::Command& command) {
  const record::Channel channel = record::channel_of(command);
  const bool admin = channel == record::Channel::kAdmin;
  const record::CommandEntry entry = record::to_entry(command);
  redis::Command add{"XADD", admin ? keyspace_.admin_commands() : keyspace_.commands()};
  add.insert(add.end(), {"MAXLEN", "~", std::to_string(kKeptCommands), "*", "verb", entry.verb});
  for (const auto& [name, value] : entry.arguments) add.insert(add.end(), {name, value});
  auto reply = client_.command(add);
  if (!reply)
    return Error{admin && reply.error().code == "NOPERM" ? needs_admin(reply.error()) : reply.error().message};
  const auto now_ms = server_time_ms(client_);
  if (!now_ms) return now_ms.error();
  const WallTime given = time_of(stream_id_from_string(reply->text).value_or(StreamId{}));
  const Milliseconds ahead = given - from_unix_ms(*now_ms);
  return Sent{record::answer_id(channel, reply->text), ahead > kMostAhead ? ahead : Milliseconds(0)};
}

Result<std::optional<record::Answer>> RedisOperator::answer(const std::string& answer_id) {
  auto answer = read_answer(client_, keyspace_, answer_id);
  if (!answer && answer.error().code == "NOPERM") return std::optional<record::Answer>();  // an older ACL
  if (!answer) return Error{answer.error().message};
  return std::move(*answer);
}

Result<RedisOperator::Newest> RedisOperator::newest_snapshots(Milliseconds window, const Counts& counts) {
  const auto now_ms = server_time_ms(client_);
  if (!now_ms) return now_ms.error();
  const std::string oldest = std::to_string(std::max<std::int64_t>(*now_ms - window.count(), 0));
  std::map<std::string, ports::Arrival> by_node;
  Newest newest;
  Reading reading(keyspace_, newest.unreadable);
  std::size_t count = kSnapshotsPerPage;
  for (std::string before = "+";;) {
    auto reply = read_range(client_, {"XREVRANGE", keyspace_.snapshots(), before, oldest}, count);
    if (!reply) return Error{reply.error().message};
    const auto page = entries_from(std::move(*reply));
    for (const StreamEntry& entry : page) {
      auto arrival = reading.read(entry);
      if (!arrival || by_node.contains(arrival->snapshot.node.uuid) || !counts(*arrival)) continue;
      std::string uuid = arrival->snapshot.node.uuid;
      by_node.emplace(std::move(uuid), std::move(*arrival));
    }
    if (page.size() < count) break;
    before = to_string(predecessor(stream_id_from_string(page.back().id).value_or(StreamId{})));
  }
  for (auto& [uuid, arrival] : by_node) newest.snapshots.push_back(std::move(arrival));
  return newest;
}

Result<RedisOperator::Newest> RedisOperator::snapshots_within(Milliseconds window, const Counts& counts) {
  const auto now_ms = server_time_ms(client_);
  if (!now_ms) return now_ms.error();
  Newest all;
  Reading reading(keyspace_, all.unreadable);
  std::size_t count = kSnapshotsPerPage;
  for (std::string from = std::to_string(std::max<std::int64_t>(*now_ms - window.count(), 0));;) {
    auto reply = read_range(client_, {"XRANGE", keyspace_.snapshots(), from, "+"}, count);
    if (!reply) return Error{reply.error().message};
    const auto page = entries_from(std::move(*reply));
    for (const StreamEntry& entry : page) {
      auto arrival = reading.read(entry);
      if (arrival && counts(*arrival)) all.snapshots.push_back(std::move(*arrival));
    }
    if (page.size() < count) break;
    from = to_string(successor(stream_id_from_string(page.back().id).value_or(StreamId{})));
  }
  return all;
}

Result<std::vector<RecordedDecision>> RedisOperator::newest_decisions(std::size_t count) {
  auto reply = client_.command({"XREVRANGE", keyspace_.decisions(), "+", "-", "COUNT", std::to_string(count)});
  if (!reply) return Error{reply.error().message};
  auto decisions = decisions_from(entries_from(std::move(*reply)));
  std::reverse(decisions.begin(), decisions.end());
  return decisions;
}

Result<News> RedisOperator::news_after(const NewsPlaces& places, Milliseconds wait) {
  return read_news(client_, keyspace_, places, wait);
}

Result<NewsPlaces> RedisOperator::newest_places() { return io::newest_places(client_, keyspace_); }

Result<bool> RedisOperator::has_places(const NewsPlaces& places) { return io::has_places(client_, keyspace_, places); }

Result<std::vector<ports::JournalEntry>> RedisOperator::newest_entries(std::size_t count) {
  return read_newest_entries(client_, keyspace_, count);
}

Result<RedisOperator::Past<RecordedDecision>> RedisOperator::past_decisions(WallTime from, const std::string& before) {
  auto page = read_past(client_, {.key = keyspace_.decisions(), .from = from, .before = before, .count = kPastPerPage});
  if (!page) return page.error();
  Past<RecordedDecision> past{
      .entries = decisions_from(page->entries), .unreadable = page->strange, .next = page->next};
  past.unreadable += page->entries.size() - past.entries.size();
  return past;
}

Result<RedisOperator::Past<ports::JournalEntry>> RedisOperator::past_entries(WallTime from, const std::string& before) {
  auto page = read_past(client_, {.key = keyspace_.journal(), .from = from, .before = before, .count = kPastPerPage});
  if (!page) return page.error();
  Past<ports::JournalEntry> past{.entries = {}, .unreadable = page->strange, .next = page->next};
  for (const StreamEntry& raw : page->entries) {
    const std::string* body = raw.find("body");
    auto entry = record::journal_entry_from_json(body != nullptr && body->size() <= kMostPastBytes ? *body : "");
    if (entry)
      past.entries.push_back(std::move(*entry));
    else
      ++past.unreadable;
  }
  return past;
}

Result<std::optional<WallTime>> RedisOperator::oldest_decision() { return oldest_in(client_, keyspace_.decisions()); }

Result<record::ChainReport> RedisOperator::verify_decisions(const std::optional<record::DecisionHead>& asked) {
  return io::verify_decisions(client_, keyspace_, asked);
}

Result<std::optional<std::string>, InputError> RedisOperator::input_text(const std::string& sha256) {
  return read_input_text(client_, keyspace_, sha256);
}

Result<record::Registry> RedisOperator::registry() { return read_registry(client_, keyspace_); }

Result<std::map<std::string, std::string>> RedisOperator::state() { return read_state(client_, keyspace_); }

Result<std::optional<telemetry::Published>> RedisOperator::published() {
  // One byte more, to detect a text that is too long.
  auto reply =
      client_.command({"GETRANGE", keyspace_.published(), "0", std::to_string(telemetry::kMostPublishedBytes)});
  if (!reply) return Error{reply.error().message};
  if (reply->text.empty()) return std::optional<telemetry::Published>();
  auto published = telemetry::decode_published(reply->text);
  if (!published) return published.error();
  return std::optional(std::move(*published));
}

Result<ports::LeaseState> RedisOperator::lease() {
  auto reply = client_.command({"GET", keyspace_.lease()});
  if (!reply) return Error{reply.error().message};
  if (!reply->is_text()) return ports::LeaseState{};
  auto lease = lease_from_text(reply->text);
  if (!lease) return Error{"the key " + keyspace_.lease() + " holds something that is not a lease"};
  return *lease;
}

}  // namespace hotspot::io
