#include "actuator/io/stream_follower.h"

#include <algorithm>
#include <utility>

namespace hotspot::io {
namespace {

constexpr std::size_t kMostEntriesPerRead = 256;  // some 25 MB of usual snapshots
// How long one read waits in Redis. Also how often, while nothing comes, we look whether the stream went back.
constexpr Milliseconds kBlock{2000};
// The clocks of a master and its replica differ a little; a snapshot taken twice does no harm.
constexpr Milliseconds kSkewMargin{1000};
// Two clocks cut off to whole ms: a command of the ms in which we began is one of ours.
constexpr Milliseconds kRounding{2};
constexpr std::size_t kRememberedCommands = 256;

// KEYS: streams. Returns the server's time in ms, and of each stream the last ID that it gave out, whether that entry
// is still there or not. In a script, because XINFO also sends whole entries, and a stream may not exist.
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

// KEYS: streams. ARGV: for each the ID from which on. Returns for each the next entry's ID and its size in bytes.
constexpr const char* kMeasureNext = R"lua(
local found = {}
for i, key in ipairs(KEYS) do
  local entry = redis.call('XRANGE', key, ARGV[i], '+', 'COUNT', 1)[1]
  local bytes = 0
  if entry then for _, part in ipairs(entry[2]) do bytes = bytes + #part end end
  found[i] = {entry and entry[1] or '', bytes}
end
return found
)lua";

StreamId id_at(std::int64_t ms) { return {static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 0)), 0}; }
std::int64_t ms_of(StreamId id) { return static_cast<std::int64_t>(id.ms); }

}  // namespace

StreamFollower::StreamFollower(RedisOptions options, const ports::Clock& clock, const telemetry::Keyspace& keyspace,
                               FollowFrom from)
    : connection_(std::move(options)),
      clock_(clock),
      from_(std::move(from)),
      snapshots_{keyspace.snapshots(), {}, false},
      commands_{keyspace.commands(), {}, false},
      begun_at_(clock.steady()),
      heard_at_(begun_at_),
      count_(kMostEntriesPerRead) {}

Result<Followed, RedisError> StreamFollower::read() {
  for (;;) {
    Milliseconds block = kBlock;
    if (!connection_.connected()) {
      if (auto connected = connection_.connect(); !connected) return connected.error();
      if (auto located = locate(); !located) return located.error();
      block = Milliseconds(1);  // so that who waits for the connection hears of it now
    }
    auto followed = read_batch(block);
    if (followed || followed.error().fault != RedisFault::kTooLarge) return followed;
    if (count_ > 1)
      count_ /= 2;
    else
      return skip_too_large();
  }
}

Result<Followed, RedisError> StreamFollower::read_batch(Milliseconds block) {
  auto reply =
      connection_.command({"XREAD", "COUNT", std::to_string(count_), "BLOCK", std::to_string(block.count()), "STREAMS",
                           snapshots_.key, commands_.key, to_string(snapshots_.after), to_string(commands_.after)},
                          block);
  if (!reply) return reply.error();
  Followed followed;
  const bool nothing = !reply->is_array();
  for (StreamBatch& batch : batches_from(std::move(*reply))) take(followed, std::move(batch));
  count_ = std::min(count_ * 2, kMostEntriesPerRead);
  if (nothing)
    if (auto located = locate(); !located) return located.error();
  heard_at_ = clock_.steady();
  return followed;
}

void StreamFollower::take(Followed& followed, StreamBatch&& batch) {
  if (batch.entries.empty()) return;
  Position& position = batch.key == snapshots_.key ? snapshots_ : commands_;
  if (const auto last = stream_id_from_string(batch.entries.back().id)) position = {position.key, *last, true};
  if (&position == &snapshots_) {
    followed.snapshots = std::move(batch.entries);
    return;
  }
  for (StreamEntry& entry : batch.entries)
    if (is_new_command(entry)) followed.commands.push_back(std::move(entry));
}

bool StreamFollower::is_new_command(const StreamEntry& entry) {
  if (std::find(seen_commands_.begin(), seen_commands_.end(), entry.id) != seen_commands_.end()) return false;
  seen_commands_.push_back(entry.id);
  if (seen_commands_.size() > kRememberedCommands) seen_commands_.pop_front();
  return true;
}

Result<void, RedisError> StreamFollower::locate() {
  auto found = ask(kLocate, {snapshots_.key, commands_.key});
  if (!found) return found.error();
  if (found->elements.size() != 3) return {};
  const std::int64_t server_ms = found->elements[0].integer;
  const StreamId newest_snapshot = stream_id_from_string(found->elements[1].text).value_or(StreamId{});
  const StreamId newest_command = stream_id_from_string(found->elements[2].text).value_or(StreamId{});
  if (!located_) start(server_ms, newest_snapshot, newest_command);
  recover(snapshots_, server_ms, newest_snapshot);
  recover(commands_, server_ms, newest_command);
  return {};
}

// A script that only reads; the first two arguments are its keys.
Result<RedisReply, RedisError> StreamFollower::ask(const char* script, const std::vector<std::string>& arguments) {
  RedisCommand command{"EVAL_RO", script, "2"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto reply = connection_.command(command);
  if (reply || reply.error().message.find("unknown command") == std::string::npos) return reply;
  command[0] = "EVAL";  // Redis before version 7
  return connection_.command(command);
}

void StreamFollower::start(std::int64_t server_ms, StreamId newest_snapshot, StreamId newest_command) {
  // A stream may be ahead of the clock, where that was set back: its IDs go on from where they were.
  snapshots_.after = id_at(std::max(server_ms, ms_of(newest_snapshot)) - from_.history.count());
  const StreamId begun = id_at(server_ms - (clock_.steady() - begun_at_).count() - kRounding.count());
  commands_.after = newest_command > id_at(server_ms) ? newest_command : begun;
  if (const auto asked = stream_id_from_string(from_.after_command)) commands_ = {commands_.key, *asked, true};
  located_ = true;
}

void StreamFollower::recover(Position& position, std::int64_t server_ms, StreamId newest) {
  if (newest >= position.after) return;
  const StreamId heard = id_at(server_ms - (clock_.steady() - heard_at_ + kSkewMargin).count());
  if (position.seen)
    position = {position.key, heard, false};
  else if (server_ms < ms_of(position.after))
    position.after = std::max(newest, heard);
}

// Even one entry of each stream is too much: names those that are, and goes on after them.
Result<Followed, RedisError> StreamFollower::skip_too_large() {
  if (auto connected = connection_.connect(); !connected) return connected.error();
  auto sizes = ask(kMeasureNext, {snapshots_.key, commands_.key, to_string(successor(snapshots_.after)),
                                  to_string(successor(commands_.after))});
  if (!sizes) return sizes.error();
  Followed followed;
  for (std::size_t i = 0; i < sizes->elements.size() && i < 2; ++i) {
    const auto& parts = sizes->elements[i].elements;
    if (parts.size() != 2 || static_cast<std::size_t>(parts[1].integer) < connection_.options().max_reply_bytes / 2)
      continue;
    Position& position = i == 0 ? snapshots_ : commands_;
    if (const auto id = stream_id_from_string(parts[0].text)) position = {position.key, *id, true};
    followed.too_large.push_back(parts[0].text);
  }
  return followed;
}

}  // namespace hotspot::io
