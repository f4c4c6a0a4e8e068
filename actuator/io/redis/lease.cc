#include "actuator/io/redis/lease.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

#include "common/text/visible.h"

namespace hotspot::io {
namespace {

// Anybody with the actuator's password may have written these fields: their length is checked before they are read, and
// each line is matched separately, anchored at its beginning. A pattern that is tried at each position of a long text
// is quadratic.
#define HOTSPOT_LINES                                                                      \
  "local most_bytes = 65536\n"                                                             \
  "local function lines_of(key, field)\n"                                                  \
  "  local lines, at = {}, 1\n"                                                            \
  "  if redis.call('HSTRLEN', key, field) > most_bytes then return lines end\n"            \
  "  local text = redis.call('HGET', key, field) or ''\n"                                  \
  "  while true do\n"                                                                      \
  "    local stop = string.find(text, '\\n', at, true)\n"                                  \
  "    if not stop then return lines end\n"                                                \
  "    if stop - at <= 1024 then lines[#lines + 1] = string.sub(text, at, stop - 1) end\n" \
  "    at = stop + 1\n"                                                                    \
  "  end\n"                                                                                \
  "end\n"                                                                                  \
  "local function token_of(text, now)\n"                                                   \
  "  if #text > 15 or not string.match(text, '^%d+$') then return nil end\n"               \
  "  local token = tonumber(text)\n"                                                       \
  "  return token <= now + 3155760000000 and token or nil\n"                               \
  "end\n"

// KEYS: lease, state, journal. ARGV: holder, nonce, duration in ms, "take", "given_back" or "look", how many it leads,
// the token that it still holds by its own clock, or 0. Returns held (0, 1, or 2 where its
// key was lost and it goes on), the lease's text or '', the members'
// lines, the server's time in ms, and what stood in the place of the last token, if that is none: no number, or one of
// more than a hundred years ahead. A new token is greater than the last, than that of the journal's newest entries, and
// than the clock.
constexpr RedisScript kAcquire{HOTSPOT_LINES R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = {}
for _, line in ipairs(lines_of(KEYS[2], 'members')) do
  local holder, at, led = string.match(line, '^(%S+) (%d+) (%d+)$')
  if holder and holder ~= ARGV[1] and math.abs(now - at) <= ARGV[3] * 1.5 then kept[#kept + 1] = line end
end
kept[#kept + 1] = ARGV[1] .. ' ' .. string.format('%.0f', now) .. ' ' .. ARGV[5]
local members = table.concat(kept, '\n') .. '\n'
redis.call('HSET', KEYS[2], 'members', members)
if redis.call('HSTRLEN', KEYS[2], 'abstentions') > most_bytes then redis.call('HDEL', KEYS[2], 'abstentions') end
local last, odd = 0, ''
local found = 'what is longer than 64 bytes'
if redis.call('HSTRLEN', KEYS[2], 'fencing_token') <= 64 then found = redis.call('HGET', KEYS[2], 'fencing_token') end
if found then
  last = token_of(found, now) or 0
  if not token_of(found, now) then odd = found end
end
local lease = 'what is longer than 1 KiB'
if redis.call('STRLEN', KEYS[1]) <= 1024 then lease = redis.call('GET', KEYS[1]) end
if lease then
  if string.match(lease, '^%d+ %S+ (%S+)$') ~= ARGV[2] then return {0, lease, members, now, ''} end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  if odd ~= '' then redis.call('HSET', KEYS[2], 'fencing_token', string.match(lease, '^%d+')) end
  return {1, lease, members, now, odd}
end
local newest = redis.pcall('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 8)
for _, entry in ipairs(newest.err and {} or newest) do
  for i = 1, #entry[2] - 1, 2 do
    if entry[2][i] == 'token' then last = math.max(last, token_of(entry[2][i + 1], now) or 0) end
  end
end
local own = tonumber(ARGV[6])
local given_back = last > 0 and tonumber(redis.call('HGET', KEYS[2], 'given_back') or 0) == last
if ARGV[4] == 'look' or (ARGV[4] == 'given_back' and not given_back) then return {0, '', members, now, ''} end
local token = now
if token <= last then token = last + 1 end
local granted = 1
if own > 0 and own >= last and not (given_back and own == last) then token, granted = own, 2 end
local text = string.format('%.0f', token)
redis.call('HSET', KEYS[2], 'fencing_token', text)
lease = text .. ' ' .. ARGV[1] .. ' ' .. ARGV[2]
redis.call('SET', KEYS[1], lease, 'PX', ARGV[3])
return {granted, lease, members, now, odd}
)lua"};

// KEYS: lease, state. ARGV: nonce, holder.
constexpr RedisScript kRelease{HOTSPOT_LINES R"lua(
local kept = {}
for _, line in ipairs(lines_of(KEYS[2], 'members')) do
  local holder = string.match(line, '^(%S+) %d+ %d+$')
  if holder and holder ~= ARGV[2] then kept[#kept + 1] = line .. '\n' end
end
redis.call('HSET', KEYS[2], 'members', table.concat(kept))
local lease = redis.call('GET', KEYS[1])
if lease and string.match(lease, '^%d+ %S+ (%S+)$') == ARGV[1] then
  redis.call('HSET', KEYS[2], 'given_back', string.match(lease, '^%d+'))
  return redis.call('DEL', KEYS[1])
end
return 0
)lua"};

// KEYS: state. ARGV: holder, reason or '', for how long a line is kept in ms.
constexpr RedisScript kAbstain{HOTSPOT_LINES R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept = {}
for _, line in ipairs(lines_of(KEYS[1], 'abstentions')) do
  local holder, at = string.match(line, '^(%S+) (%d+) ')
  if holder and holder ~= ARGV[1] and math.abs(now - at) <= tonumber(ARGV[3]) then kept[#kept + 1] = line .. '\n' end
end
if ARGV[2] ~= '' then kept[#kept + 1] = ARGV[1] .. ' ' .. string.format('%.0f', now) .. ' ' .. ARGV[2] .. '\n' end
local lines = table.concat(kept)
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

#undef HOTSPOT_LINES

}  // namespace

RedisLease::RedisLease(RedisClient& client, const ports::Clock& clock, const telemetry::Keyspace& keyspace, Terms terms)
    : client_(client),
      clock_(clock),
      lease_key_(keyspace.lease()),
      state_key_(keyspace.state()),
      journal_key_(keyspace.journal()),
      holder_(std::move(terms.holder)),
      nonce_(std::to_string(redis::random_seed())),
      duration_(terms.duration) {
  std::replace(holder_.begin(), holder_.end(), ' ', '_');  // spaces separate the lease's parts
}

Result<ports::LeaseState> RedisLease::acquire_or_renew(ports::LeaseWish wish) {
  // The time before the request: Redis starts counting no earlier.
  const Milliseconds asked_at = clock_.steady();
  const std::int64_t own = asked_at < held_until_ ? token_ : 0;
  auto reply = client_.run(
      kAcquire, {lease_key_, state_key_, journal_key_},
      {holder_, nonce_, std::to_string(duration_.count()), word_for(wish), std::to_string(led_), std::to_string(own)});
  if (!reply) return Error{reply.error().message};
  const auto& parts = reply->elements;
  if (parts.size() != 5) return Error{"Redis answered the script that takes the lease in a way that is not understood"};
  const bool free = parts[1].text.empty();
  auto lease = free ? std::optional(ports::LeaseState{}) : lease_from_text(parts[1].text);
  if (!lease) {
    const std::string problem = "the key " + lease_key_ + " holds something that is not a lease ('" +
                                text::visible(parts[1].text, 60) +
                                "'), so nobody can lead; remove it (DEL), or choose another cluster name";
    if (!std::exchange(said_no_lease_, true)) remark(problem);
    return Error{problem};
  }
  said_no_lease_ = false;
  if (!parts[4].text.empty())
    remark("the field fencing_token of " + state_key_ + " held '" + text::visible(parts[4].text, 60) +
           "', which is no token: it is replaced by " + std::to_string(lease->token) +
           ", which is later than the clock and the journal's newest entries; see docs/acl.md who may write it");
  for (Seen& one : members_from(parts[2].text)) {
    // Its holder renewed it at its last request.
    if (one.member.holder == lease->holder)
      lease->runs_out_in = Milliseconds(one.asked_at_ms - parts[3].integer) + duration_;
    lease->members.push_back(std::move(one.member));
  }
  const bool granted = parts[0].integer >= 1;
  lease->was_lost = parts[0].integer == 2;
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
  // If it fails, the log still shows it.
  [[maybe_unused]] const auto reply =
      client_.run(kAbstain, {state_key_}, {holder_, line, std::to_string(ports::kAbstentionLasts.count())});
}

void RedisLease::release() {
  token_ = 0;
  // If it fails, the lease expires by itself.
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
