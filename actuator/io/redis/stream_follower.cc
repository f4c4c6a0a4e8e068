#include "actuator/io/redis/stream_follower.h"

#include <algorithm>
#include <utility>

namespace hotspot::io {
namespace {

constexpr std::size_t kMostEntriesPerRead = 256;  // some 25 MB of ordinary snapshots
// How long one read waits in Redis. Also how often streams are checked for having gone back.
constexpr Milliseconds kBlock{2000};
// The clocks of master and replica differ slightly; reading a snapshot twice does no harm.
constexpr Milliseconds kSkewMargin{1000};
// Both clocks are truncated to ms: a command from the ms in which we began counts as new.
constexpr Milliseconds kRounding{2};
constexpr std::size_t kRememberedCommands = 4096;
// An id further ahead of Redis' clock is not genuine but forged.
constexpr Milliseconds kMostIdAhead{5000};
enum Stream : std::size_t { kSnapshots, kCommands, kAdminCommands };

// KEYS: streams. Returns the server's time in ms, and for each stream the last id that it generated, whether or not
// that entry still exists. A script, because XINFO also sends whole entries, and a stream may not exist.
constexpr const char* kLocate = R"lua(
local time = redis.call('TIME')
local found = {time[1] * 1000 + math.floor(time[2] / 1000)}
for _, key in ipairs(KEYS) do
  local id = '0-0'
  if redis.call('EXISTS', key) == 1 then
    local info = redis.call('XINFO', 'STREAM', key)
    for i = 1, #info, 2 do
      if info[i] == 'last-generated-id' then id = info[i + 1] end
    end
  end
  found[#found + 1] = id
end
return found
)lua";

// KEYS: streams. ARGV: for each the id to start from, then what an element costs besides its bytes. Returns for each
// the next entry's id and its size in bytes.
constexpr const char* kMeasureNext = R"lua(
local found = {}
for i, key in ipairs(KEYS) do
  local entry = redis.call('XRANGE', key, ARGV[i], '+', 'COUNT', 1)[1]
  local bytes = 0
  if entry then for _, part in ipairs(entry[2]) do bytes = bytes + #part + ARGV[#ARGV] end end
  found[i] = {entry and entry[1] or '', bytes}
end
return found
)lua";

StreamId id_at(std::int64_t ms) { return {static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 0)), 0}; }
std::int64_t ms_of(StreamId id) { return to_unix_ms(time_of(id)); }
bool is_before(StreamId id, std::int64_t ms) { return ms_of(id) <= ms; }

}  // namespace

StreamFollower::StreamFollower(redis::Options options, const ports::Clock& clock, const telemetry::Keyspace& keyspace,
                               FollowFrom from)
    : connection_(std::move(options)),
      clock_(clock),
      from_(std::move(from)),
      positions_{Position{keyspace.snapshots(), {}, false, {}}, Position{keyspace.commands(), {}, false, {}},
                 Position{keyspace.admin_commands(), {}, false, {}}},
      begun_at_(clock.steady()),
      heard_at_(begun_at_),
      count_(kMostEntriesPerRead) {}

Result<Followed, redis::CommandError> StreamFollower::read() {
  for (;;) {
    Milliseconds block = kBlock;
    if (!connection_.connected()) {
      if (auto connected = connection_.connect(); !connected) return connected.error();
      if (auto located = locate(); !located) return located.error();
      block = Milliseconds(1);  // so that those who wait for the connection are notified now
    }
    auto followed = read_batch(block);
    if (followed) return followed;
    const redis::Fault fault = followed.error().fault;
    if (fault != redis::Fault::kTooLarge && fault != redis::Fault::kTimedOut) return followed;
    if (count_ == 1) return step_over(followed.error());
    count_ /= 2;
    if (fault == redis::Fault::kTimedOut) return followed;  // Redis may be unreachable: those who wait are notified
  }
}

// A single entry is too large, or takes too long. If Redis is unreachable, there is no such entry.
Result<Followed, redis::CommandError> StreamFollower::step_over(const redis::CommandError& why) {
  auto skipped = skip_too_large();
  if (why.fault == redis::Fault::kTimedOut && (!skipped || skipped->too_large.empty())) return why;
  return skipped;
}

std::int64_t StreamFollower::server_ms() const { return located_ms_ + (clock_.steady() - located_at_).count(); }

Result<Followed, redis::CommandError> StreamFollower::read_batch(Milliseconds block) {
  redis::Command read{"XREAD", "COUNT", std::to_string(count_), "BLOCK", std::to_string(block.count()), "STREAMS"};
  for (const Position& position : positions_) read.push_back(position.key);
  for (const Position& position : positions_) read.push_back(to_string(position.after));
  auto reply = connection_.command(read, block);
  if (!reply) return reply.error();
  if (!reply->is_array() && reply->kind != redis::Reply::Kind::kNil) return no_answer_of_redis("XREAD");
  Followed followed;
  const bool nothing = !reply->is_array();
  for (StreamBatch& batch : batches_from(std::move(*reply))) take(followed, std::move(batch));
  count_ = std::min(count_ * 2, kMostEntriesPerRead);
  if (nothing || clock_.steady() - located_at_ >= kBlock)
    if (auto located = locate(); !located) return located.error();
  heard_at_ = clock_.steady();
  followed.server_ms = server_ms();
  return followed;
}

void StreamFollower::take(Followed& followed, StreamBatch&& batch) {
  if (batch.entries.empty()) return;
  const auto found = std::find_if(positions_.begin(), positions_.end(),
                                  [&](const Position& position) { return position.key == batch.key; });
  if (found == positions_.end()) return;
  const std::int64_t latest_ms = server_ms() + kMostIdAhead.count();
  for (const StreamEntry& entry : batch.entries) {
    const auto id = stream_id_from_string(entry.id);
    if (!id) continue;
    found->after = *id;
    found->seen = true;
    if (is_before(*id, latest_ms)) found->believed = *id;
  }
  if (found == positions_.begin() + kSnapshots) {
    followed.snapshots = std::move(batch.entries);
    return;
  }
  auto& commands = found == positions_.begin() + kCommands ? followed.commands : followed.admin_commands;
  for (StreamEntry& entry : batch.entries)
    if (is_new_command(found->key + " " + entry.id)) commands.push_back(std::move(entry));
}

bool StreamFollower::is_new_command(const std::string& key_and_id) {
  if (std::find(seen_commands_.begin(), seen_commands_.end(), key_and_id) != seen_commands_.end()) return false;
  seen_commands_.push_back(key_and_id);
  if (seen_commands_.size() > kRememberedCommands) seen_commands_.pop_front();
  return true;
}

Result<void, redis::CommandError> StreamFollower::locate() {
  std::vector<std::string> keys;
  for (const Position& position : positions_) keys.push_back(position.key);
  auto found = ask(kLocate, keys);
  if (!found) return found.error();
  if (found->elements.size() != 1 + kStreams || found->elements[0].integer <= 0) return no_answer_of_redis("a script");
  located_ms_ = found->elements[0].integer;
  located_at_ = clock_.steady();
  std::array<StreamId, kStreams> newest;
  for (std::size_t i = 0; i < kStreams; ++i)
    newest[i] = stream_id_from_string(found->elements[i + 1].text).value_or(StreamId{});
  if (!located_) start(newest);
  for (std::size_t i = 0; i < kStreams; ++i) recover(positions_[i], newest[i]);
  return {};
}

redis::CommandError StreamFollower::no_answer_of_redis(const std::string& what) {
  connection_.drop();
  return redis::no_redis(connection_.peer(), what);
}

// A read-only script; the first arguments are its keys.
Result<redis::Reply, redis::CommandError> StreamFollower::ask(const char* script,
                                                              const std::vector<std::string>& arguments) {
  redis::Command command{"EVAL_RO", script, std::to_string(kStreams)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto reply = connection_.command(command);
  if (reply || reply.error().message.find("unknown command") == std::string::npos) return reply;
  command[0] = "EVAL";  // Redis before version 7
  return connection_.command(command);
}

void StreamFollower::start(const std::array<StreamId, kStreams>& newest) {
  // Streams may be ahead of the clock if that was set back: their ids continue from where they were.
  Position& snapshots = positions_[kSnapshots];
  snapshots.after = id_at(std::max(located_ms_, ms_of(newest[kSnapshots])) - from_.history.count());
  snapshots.believed = id_at(located_ms_ - from_.history.count());
  for (const Stream stream : {kCommands, kAdminCommands}) {
    Position& position = positions_[stream];
    const StreamId begun = id_at(located_ms_ - (clock_.steady() - begun_at_).count() - kRounding.count());
    const auto asked = stream_id_from_string(from_.after_command);
    const bool believed = asked && is_before(*asked, located_ms_ + kMostIdAhead.count());
    position.believed = believed ? *asked : begun;
    position.seen = believed;
    position.after = !believed && newest[stream] > id_at(located_ms_) ? newest[stream] : position.believed;
  }
  located_ = true;
}

void StreamFollower::recover(Position& position, StreamId newest) {
  if (newest >= position.after) return;
  const StreamId heard = id_at(located_ms_ - (clock_.steady() - heard_at_ + kSkewMargin).count());
  if (!is_before(position.after, located_ms_ + kMostIdAhead.count())) {
    // A forged id has been removed. What was written since comes after the last genuine id.
    position.after = position.believed;
    position.seen = true;
  } else if (position.seen) {
    position.after = std::min(heard, position.after);
    position.seen = false;
  } else if (located_ms_ < ms_of(position.after)) {
    position.after = std::max(newest, heard);
  }
}

// A single entry of each stream is too large: returns the ids of those, and continues after them.
Result<Followed, redis::CommandError> StreamFollower::skip_too_large() {
  if (auto connected = connection_.connect(); !connected) return connected.error();
  std::vector<std::string> arguments;
  for (const Position& position : positions_) arguments.push_back(position.key);
  for (const Position& position : positions_) arguments.push_back(to_string(successor(position.after)));
  arguments.push_back(std::to_string(redis::ReplyBudget::kBytesOfAnElement));
  auto sizes = ask(kMeasureNext, arguments);
  if (!sizes) return sizes.error();
  // If they are too large only together, the largest has at least its share.
  const std::size_t large = connection_.options().max_reply_bytes / (kStreams + 1);
  Followed followed;
  for (std::size_t i = 0; i < sizes->elements.size() && i < kStreams; ++i) {
    const auto& parts = sizes->elements[i].elements;
    if (parts.size() != 2 || static_cast<std::size_t>(parts[1].integer) < large) continue;
    if (const auto id = stream_id_from_string(parts[0].text)) {
      positions_[i].after = *id;
      positions_[i].seen = true;
    }
    followed.too_large.push_back(parts[0].text);
  }
  followed.server_ms = server_ms();
  return followed;
}

}  // namespace hotspot::io
