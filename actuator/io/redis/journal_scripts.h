// The Lua scripts with which a leader writes. Each begins with the same comparison of the token.
#pragma once

#include "actuator/io/redis/client.h"

// KEYS[1] is the lease, ARGV[1] the writer's token.
#define HOTSPOT_FENCE                                                              \
  "local lease = redis.call('GET', KEYS[1])\n"                                     \
  "if not lease or string.match(lease, '^%d+') ~= ARGV[1] then\n"                  \
  "  return redis.error_reply('FENCED ' .. (lease or 'nobody holds the lease'))\n" \
  "end\n"

namespace hotspot::io {

// KEYS: lease, journal, state. ARGV: token, action, "final" or "open", body, then the entry's fields and values. A
// repetition is recognised by its body: that of the open field or, for a final state, of one of the newest entries.
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

// KEYS: lease, decisions, state. ARGV: token, how many to keep, JSON, the head as the writer knows it, `previous`, the
// new head. Returns the id, or a list with the head as it is, if that is another: then nothing was written. So nobody
// appends to any but the last decision. What is no head counts as none. If entries were trimmed, the first one that is
// left names the last of them. The fields of `state`: record/decision_head.h.
inline constexpr RedisScript kRecordDecision{HOTSPOT_FENCE R"lua(
local head = ''
if redis.call('HSTRLEN', KEYS[3], 'decision_head') <= 80 then
  head = redis.call('HGET', KEYS[3], 'decision_head') or ''
end
local number, hash = string.match(head, '^(%d+):(%x+)$')
if not number or #number > 15 or #hash ~= 64 then head = '' end
if head ~= ARGV[4] then return {head} end
local before = redis.call('XLEN', KEYS[2])
local id = redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'decision', ARGV[3], 'previous', ARGV[5])
redis.call('HSET', KEYS[3], 'decision_head', ARGV[6])
if string.sub(ARGV[5], 1, 2) == '0:' then
  redis.call('HDEL', KEYS[3], 'decision_anchor', 'decision_restart')
elseif redis.call('XLEN', KEYS[2]) <= before then
  local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1][2]
  if first[3] == 'previous' and #first[4] <= 80 then redis.call('HSET', KEYS[3], 'decision_anchor', first[4]) end
end
return id
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

// KEYS: lease, published. ARGV: token, the record, its lifetime in ms.
inline constexpr RedisScript kPublish{HOTSPOT_FENCE R"lua(
return redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
)lua"};

// KEYS: lease, answers. ARGV: token, how many to keep, for how long in ms, the number above which the hash is dropped,
// then ids and answers. An id begins with the command's time in ms; ids ahead of the clock are removed first.
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

// KEYS: lease, inputs, their ages. ARGV: token, the maximum age in ms, the maximum bytes, what a part costs besides its
// bytes, the most parts, "count" or "", the number of parts that are there already, these, then hashes and bytes of new
// ones. Returns those of the first that are not there: then nothing was written. The field `bytes` of inputs is what
// all cost; it is counted anew if it is no such number. An age is when a part was used last, by Redis' clock. The
// oldest are removed first, all that were used last at one time together, but none of this call.
inline constexpr RedisScript kStoreInput{HOTSPOT_FENCE R"lua(
local inputs, ages, cost = KEYS[2], KEYS[3], tonumber(ARGV[4])
if redis.call('HLEN', inputs) > tonumber(ARGV[5]) or redis.call('ZCARD', ages) > tonumber(ARGV[5]) then
  redis.call('UNLINK', inputs, ages)
end
local last, missing = 7 + tonumber(ARGV[7]), {}
for i = 8, last do
  if redis.call('HEXISTS', inputs, ARGV[i]) == 0 then missing[#missing + 1] = ARGV[i] end
end
if #missing > 0 then return missing end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local bytes = tonumber(redis.call('HGET', inputs, 'bytes') or '0')
if ARGV[6] == 'count' or not bytes or not (bytes >= 0 and bytes <= 1e15) then
  bytes = 0
  local known = {}
  for _, hash in ipairs(redis.call('ZRANGE', ages, 0, -1)) do
    known[hash] = true
    if redis.call('HEXISTS', inputs, hash) == 0 then redis.call('ZREM', ages, hash) end
  end
  for _, hash in ipairs(redis.call('HKEYS', inputs)) do
    if known[hash] then
      bytes = bytes + cost + redis.call('HSTRLEN', inputs, hash)
    else
      redis.call('HDEL', inputs, hash)
    end
  end
end
for i = 8, last do redis.call('ZADD', ages, now, ARGV[i]) end
for i = last + 1, #ARGV, 2 do
  local before = redis.call('HEXISTS', inputs, ARGV[i]) == 1 and redis.call('HSTRLEN', inputs, ARGV[i]) or -cost
  bytes = bytes + #ARGV[i + 1] - before
  redis.call('HSET', inputs, ARGV[i], ARGV[i + 1])
  redis.call('ZADD', ages, now, ARGV[i])
end
for _, hash in ipairs(redis.call('ZRANGEBYSCORE', ages, now + 1, '+inf')) do redis.call('ZADD', ages, now - 1, hash) end
while true do
  local oldest = redis.call('ZRANGE', ages, 0, 0, 'WITHSCORES')
  if #oldest == 0 or tonumber(oldest[2]) >= now then break end
  if bytes <= tonumber(ARGV[3]) and now - tonumber(oldest[2]) <= tonumber(ARGV[2]) then break end
  for _, hash in ipairs(redis.call('ZRANGEBYSCORE', ages, '-inf', oldest[2])) do
    bytes = bytes - cost - redis.call('HSTRLEN', inputs, hash)
    redis.call('HDEL', inputs, hash)
    redis.call('ZREM', ages, hash)
  end
end
redis.call('HSET', inputs, 'bytes', string.format('%.0f', bytes))
return {}
)lua"};

// KEYS: lease, stream; with decisions also state. ARGV: token, how far its ids may be ahead of the clock in ms,
// "nothing", "recent" or "look", the maximum age in ms and the maximum bytes of what is kept. Returns nothing, or the
// last id that was generated, 1 if the stream was restarted, and the numbers of entries kept and lost. Read in pages,
// oldest first: if there is too much, the oldest are dropped. Nothing is removed before all that may fail is done.
inline constexpr RedisScript kTendStream{HOTSPOT_FENCE R"lua(
if redis.call('EXISTS', KEYS[2]) == 0 then return {} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local latest = now + tonumber(ARGV[2])
local last = ''
local info = redis.call('XINFO', 'STREAM', KEYS[2])
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then last = info[i + 1] end
end
if tonumber(string.match(last, '^%d+')) <= latest then return {} end
if ARGV[3] == 'look' then return {last, 0, 0, 0} end
local before = redis.call('XLEN', KEYS[2])
local kept, first, bytes = {}, 1, 0
local from, to = string.format('%.0f', now - tonumber(ARGV[4])), string.format('%.0f', latest)
while ARGV[3] == 'recent' do
  local page = redis.call('XRANGE', KEYS[2], from, to, 'COUNT', 32)
  for _, entry in ipairs(page) do
    local size = 0
    for _, part in ipairs(entry[2]) do size = size + #part end
    if #entry[2] <= 1000 then
      kept[#kept + 1] = {entry, size}
      bytes = bytes + size
    end
    while bytes > tonumber(ARGV[5]) do
      bytes = bytes - kept[first][2]
      kept[first] = false
      first = first + 1
    end
  end
  if #page < 32 then break end
  local ms, number = string.match(page[32][1], '^(%d+)%-(%d+)$')
  if #number < 15 then
    from = ms .. '-' .. string.format('%.0f', tonumber(number) + 1)
  else
    from = string.format('%.0f', tonumber(ms) + 1)
  end
end
if KEYS[3] then
  local head = redis.call('HGET', KEYS[3], 'decision_head')
  if head then redis.call('HSET', KEYS[3], 'decision_restart', string.sub(head, 1, 80)) end
end
redis.call('UNLINK', KEYS[2])
for i = first, #kept do redis.call('XADD', KEYS[2], kept[i][1][1], unpack(kept[i][1][2])) end
return {last, 1, #kept - first + 1, before - (#kept - first + 1)}
)lua"};

}  // namespace hotspot::io

#undef HOTSPOT_FENCE
