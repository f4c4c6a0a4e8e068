// The Lua scripts by which a leader writes. Each begins with the same comparison of the token.
#pragma once

#include "actuator/io/redis_client.h"

// KEYS[1] is the lease, ARGV[1] the writer's token.
#define HOTSPOT_FENCE                                                              \
  "local lease = redis.call('GET', KEYS[1])\n"                                     \
  "if not lease or string.match(lease, '^%d+') ~= ARGV[1] then\n"                  \
  "  return redis.error_reply('FENCED ' .. (lease or 'nobody holds the lease'))\n" \
  "end\n"

namespace hotspot::io {

// KEYS: lease, journal, state. ARGV: token, action, "final" or "open", body, then the entry's fields and values.
// A repetition is known by its body: the open field's, or, for a final state, one of the newest entries'.
inline constexpr RedisScript kAppend{HOTSPOT_FENCE R"lua(
local open_field = 'open:' .. ARGV[2]
local open = redis.call('HGET', KEYS[3], open_field)
if open and string.match(open, '^%S+ (.*)$') == ARGV[4] then return string.match(open, '^(%S+) ') end
if not open and ARGV[3] == 'final' then
  for _, entry in ipairs(redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 16)) do
    if entry[2][#entry[2]] == ARGV[4] then return entry[1] end
  end
end
local fields = {}
for i = 5, #ARGV do fields[#fields + 1] = ARGV[i] end
fields[#fields + 1] = 'body'
fields[#fields + 1] = ARGV[4]
local id = redis.call('XADD', KEYS[2], '*', unpack(fields))
if ARGV[3] == 'final' then
  redis.call('HDEL', KEYS[3], open_field)
else
  redis.call('HSET', KEYS[3], open_field, id .. ' ' .. ARGV[4])
end
return id
)lua"};

// KEYS: lease, decisions. ARGV: token, how many to keep, JSON.
inline constexpr RedisScript kRecordDecision{HOTSPOT_FENCE R"lua(
return redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'decision', ARGV[3])
)lua"};

// KEYS: lease, state. ARGV: token, then fields and values; an empty value removes the field.
inline constexpr RedisScript kSaveState{HOTSPOT_FENCE R"lua(
for i = 2, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[2], ARGV[i])
  else
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
return #ARGV
)lua"};

// KEYS: lease, answers. ARGV: token, how many to keep, for how long in ms, how many are beyond all measure, then ids
// and answers. An id begins with the command's time in ms; one ahead of the clock gives way first.
inline constexpr RedisScript kAnswer{HOTSPOT_FENCE R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HLEN', KEYS[2]) > tonumber(ARGV[4]) then redis.call('DEL', KEYS[2]) end
for i = 5, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local kept = {}
for _, id in ipairs(redis.call('HKEYS', KEYS[2])) do
  local ms = tonumber(string.match(id, '^%a*:?(%d+)%-%d+$')) or 0
  if now - ms > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[2], id)
  else
    kept[#kept + 1] = {ms <= now + 60000 and ms or 0, id}
  end
end
table.sort(kept, function(a, b) return a[1] < b[1] end)
for i = 1, #kept - tonumber(ARGV[2]) do redis.call('HDEL', KEYS[2], kept[i][2]) end
return #kept
)lua"};

}  // namespace hotspot::io

#undef HOTSPOT_FENCE
