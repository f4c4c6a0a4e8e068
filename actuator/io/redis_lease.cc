#include "actuator/io/redis_lease.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

namespace hotspot::io {
namespace {

// KEYS: lease, state. ARGV: holder, nonce, duration in ms, "take", "given_back" or "look", how many it leads, the token
// that it still holds by its own clock, or 0.
// Returns held (0 or 1), the lease's text or '', the members' lines, the server's time in ms.
constexpr RedisScript kAcquire{R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local members = ''
for holder, at, led in string.gmatch(redis.call('HGET', KEYS[2], 'members') or '', '(%S+) (%d+) (%d+)\n') do
  if holder ~= ARGV[1] and math.abs(now - at) <= ARGV[3] * 1.5 then
    members = members .. holder .. ' ' .. at .. ' ' .. led .. '\n'
  end
end
members = members .. ARGV[1] .. ' ' .. string.format('%.0f', now) .. ' ' .. ARGV[5] .. '\n'
redis.call('HSET', KEYS[2], 'members', members)
local lease = redis.call('GET', KEYS[1])
if lease then
  if string.match(lease, '^%d+ %S+ (%S+)$') ~= ARGV[2] then return {0, lease, members, now} end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {1, lease, members, now}
end
local last = tonumber(redis.call('HGET', KEYS[2], 'fencing_token') or 0) or 0
local own = tonumber(ARGV[6])
local given_back = last > 0 and tonumber(redis.call('HGET', KEYS[2], 'given_back') or 0) == last
if ARGV[4] == 'look' or (ARGV[4] == 'given_back' and not given_back) then return {0, '', members, now} end
local token = now
if token <= last then token = last + 1 end
if own > 0 and own >= last and not (given_back and own == last) then token = own end
local text = string.format('%.0f', token)
redis.call('HSET', KEYS[2], 'fencing_token', text)
lease = text .. ' ' .. ARGV[1] .. ' ' .. ARGV[2]
redis.call('SET', KEYS[1], lease, 'PX', ARGV[3])
return {1, lease, members, now}
)lua"};

// KEYS: lease, state. ARGV: nonce, holder.
constexpr RedisScript kRelease{R"lua(
local members = ''
for holder, at, led in string.gmatch(redis.call('HGET', KEYS[2], 'members') or '', '(%S+) (%d+) (%d+)\n') do
  if holder ~= ARGV[2] then members = members .. holder .. ' ' .. at .. ' ' .. led .. '\n' end
end
redis.call('HSET', KEYS[2], 'members', members)
local lease = redis.call('GET', KEYS[1])
if lease and string.match(lease, '^%d+ %S+ (%S+)$') == ARGV[1] then
  redis.call('HSET', KEYS[2], 'given_back', string.match(lease, '^%d+'))
  return redis.call('DEL', KEYS[1])
end
return 0
)lua"};

// KEYS: state. ARGV: holder, why or '', for how long a line is kept in ms.
constexpr RedisScript kAbstain{R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lines = ''
for holder, at, why in string.gmatch(redis.call('HGET', KEYS[1], 'abstentions') or '', '(%S+) (%d+) ([^\n]*)\n') do
  if holder ~= ARGV[1] and math.abs(now - at) <= tonumber(ARGV[3]) then
    lines = lines .. holder .. ' ' .. at .. ' ' .. why .. '\n'
  end
end
if ARGV[2] ~= '' then lines = lines .. ARGV[1] .. ' ' .. string.format('%.0f', now) .. ' ' .. ARGV[2] .. '\n' end
if lines == '' then return redis.call('HDEL', KEYS[1], 'abstentions') end
return redis.call('HSET', KEYS[1], 'abstentions', lines)
)lua"};

const char* word_for(ports::LeaseWish wish) {
  switch (wish) {
    case ports::LeaseWish::kTake:
      return "take";
    case ports::LeaseWish::kTakeIfGivenBack:
      return "given_back";
    case ports::LeaseWish::kLook:
      break;
  }
  return "look";
}

struct Seen {
  ports::Member member;
  std::int64_t asked_at_ms = 0;
};

std::vector<Seen> members_from(const std::string& text) {
  std::vector<Seen> all;
  std::istringstream lines(text);
  for (Seen one; lines >> one.member.holder >> one.asked_at_ms >> one.member.led;) all.push_back(one);
  std::sort(all.begin(), all.end(), [](const Seen& a, const Seen& b) { return a.member.holder < b.member.holder; });
  return all;
}

}  // namespace

RedisLease::RedisLease(RedisClient& client, const ports::Clock& clock, const telemetry::Keyspace& keyspace,
                       std::string holder, Milliseconds duration)
    : client_(client),
      clock_(clock),
      lease_key_(keyspace.lease()),
      state_key_(keyspace.state()),
      holder_(std::move(holder)),
      nonce_(std::to_string(random_seed())),
      duration_(duration) {
  std::replace(holder_.begin(), holder_.end(), ' ', '_');  // a space separates the lease's parts
}

Result<ports::LeaseState> RedisLease::acquire_or_renew(ports::LeaseWish wish) {
  // From before the request: Redis counts from a moment that is not earlier.
  const Milliseconds asked_at = clock_.steady();
  const std::int64_t own = asked_at < held_until_ ? token_ : 0;
  auto reply = client_.run(
      kAcquire, {lease_key_, state_key_},
      {holder_, nonce_, std::to_string(duration_.count()), word_for(wish), std::to_string(led_), std::to_string(own)});
  if (!reply) return Error{reply.error().message};
  const auto& parts = reply->elements;
  const bool free = parts.size() == 4 && parts[1].text.empty();
  auto lease = free                ? std::optional(ports::LeaseState{})
               : parts.size() == 4 ? lease_from_text(parts[1].text)
                                   : std::nullopt;
  if (!lease)
    return Error{"the key " + lease_key_ +
                 " holds something that is not a lease; remove it, or choose another cluster name"};
  for (Seen& one : members_from(parts[2].text)) {
    // Its holder renewed it when it asked last.
    if (one.member.holder == lease->holder)
      lease->runs_out_in = Milliseconds(one.asked_at_ms - parts[3].integer) + duration_;
    lease->members.push_back(std::move(one.member));
  }
  const bool granted = parts[0].integer == 1;
  const Milliseconds held_until = asked_at + duration_;
  lease->held = granted && clock_.steady() < held_until;
  lease->held_until = lease->held ? held_until : Milliseconds(0);
  if (lease->held) lease->runs_out_in.reset();
  token_ = lease->held ? lease->token : 0;
  held_until_ = lease->held_until;
  return *lease;
}

void RedisLease::abstain(const std::string& why) {
  std::string line = why;
  std::replace(line.begin(), line.end(), '\n', ' ');
  // If it fails, people read it in the log.
  [[maybe_unused]] const auto reply =
      client_.run(kAbstain, {state_key_}, {holder_, line, std::to_string(ports::kAbstentionLasts.count())});
}

void RedisLease::release() {
  token_ = 0;
  // If it fails, the lease runs out by itself.
  [[maybe_unused]] const auto reply = client_.run(kRelease, {lease_key_, state_key_}, {nonce_, holder_});
}

std::optional<ports::LeaseState> lease_from_text(const std::string& text) {
  const auto first = text.find(' ');
  const auto second = first == std::string::npos ? first : text.find(' ', first + 1);
  if (second == std::string::npos) return std::nullopt;
  ports::LeaseState lease;
  const auto [end, error] = std::from_chars(text.data(), text.data() + first, lease.token);
  if (error != std::errc() || end != text.data() + first) return std::nullopt;
  lease.holder = text.substr(first + 1, second - first - 1);
  return lease;
}

std::vector<ports::Abstention> abstentions_from_text(const std::string& text) {
  std::vector<ports::Abstention> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream parts(line);
    ports::Abstention one;
    std::int64_t at_ms = 0;
    if (!(parts >> one.holder >> at_ms)) continue;
    one.at = from_unix_ms(at_ms);
    std::getline(parts >> std::ws, one.why);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace hotspot::io
