#include "actuator/io/redis_lease.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hotspot::io {
namespace {

// KEYS: lease, state. ARGV: holder, nonce, duration in ms. Returns held (0 or 1) and the lease's text.
constexpr RedisScript kAcquire{R"lua(
local lease = redis.call('GET', KEYS[1])
if lease then
  if string.match(lease, '^%d+ %S+ (%S+)$') ~= ARGV[2] then return {0, lease} end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {1, lease}
end
local time = redis.call('TIME')
local token = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('HGET', KEYS[2], 'fencing_token') or 0) or 0
if token <= last then token = last + 1 end
local text = string.format('%.0f', token)
redis.call('HSET', KEYS[2], 'fencing_token', text)
lease = text .. ' ' .. ARGV[1] .. ' ' .. ARGV[2]
redis.call('SET', KEYS[1], lease, 'PX', ARGV[3])
return {1, lease}
)lua"};

// KEYS: lease. ARGV: nonce.
constexpr RedisScript kRelease{R"lua(
local lease = redis.call('GET', KEYS[1])
if lease and string.match(lease, '^%d+ %S+ (%S+)$') == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
)lua"};

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

Result<ports::LeaseState> RedisLease::acquire_or_renew() {
  // From before the request: Redis counts from a moment that is not earlier.
  const Milliseconds asked_at = clock_.steady();
  auto reply = client_.run(kAcquire, {lease_key_, state_key_}, {holder_, nonce_, std::to_string(duration_.count())});
  if (!reply) return Error{reply.error().message};
  const auto& parts = reply->elements;
  auto lease = parts.size() == 2 ? lease_from_text(parts[1].text) : std::nullopt;
  if (!lease)
    return Error{"the key " + lease_key_ +
                 " holds something that is not a lease; remove it, or choose another cluster name"};
  const bool granted = parts[0].integer == 1;
  const Milliseconds held_until = asked_at + duration_;
  lease->held = granted && clock_.steady() < held_until;
  lease->held_until = lease->held ? held_until : Milliseconds(0);
  return *lease;
}

void RedisLease::release() {
  // If it fails, the lease runs out by itself.
  [[maybe_unused]] const auto reply = client_.run(kRelease, {lease_key_}, {nonce_});
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

}  // namespace hotspot::io
