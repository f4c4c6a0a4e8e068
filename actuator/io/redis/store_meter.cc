#include "actuator/io/redis/store_meter.h"

#include <charconv>

namespace hotspot::io {
namespace {

constexpr std::size_t kMostPolicyBytes = 32;

// Returns used_memory, maxmemory and maxmemory_policy; nothing without the permission.
constexpr RedisScript kMemory{R"lua(
local info = redis.pcall('INFO', 'memory')
if type(info) ~= 'string' then return {} end
local function field(name) return string.sub(string.match(info, '\n' .. name .. ':([^\r\n]*)') or '', 1, 32) end
return {field('used_memory'), field('maxmemory'), field('maxmemory_policy')}
)lua"};

std::optional<std::int64_t> bytes_from(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number < 0) return std::nullopt;
  return number;
}

}  // namespace

Result<std::optional<ports::StoreMemory>> RedisStoreMeter::memory() {
  const auto reply = client_.run(kMemory, {keyspace_.state()}, {});
  if (!reply) return Error{reply.error().message};
  const auto& parts = reply->elements;
  const auto used = parts.size() == 3 ? bytes_from(parts[0].text) : std::nullopt;
  if (!used) return std::optional<ports::StoreMemory>();
  const auto limit = bytes_from(parts[1].text);
  return std::optional(ports::StoreMemory{.used_bytes = *used,
                                          .limit_bytes = limit.value_or(0) > 0 ? limit : std::nullopt,
                                          .policy = parts[2].text.substr(0, kMostPolicyBytes)});
}

}  // namespace hotspot::io
