#include "actuator/io/redis/bounded_hash.h"

#include <utility>
#include <vector>

#include "common/text/visible.h"

namespace hotspot::io {
namespace {

// KEYS: hash. ARGV: most fields, most bytes, most bytes of a field, prefix, most bytes of a large field, the prefixes
// of the names of large fields. Returns "read" and fields with their values, or "fields", "bytes" or "field", a number,
// the name of the largest field, and its limit.
constexpr RedisScript kReadBounded{R"lua(
local count = redis.call('HLEN', KEYS[1])
if count > tonumber(ARGV[1]) then return {'fields', tostring(count), '', ARGV[1]} end
local function limit_of(field)
  for i = 6, #ARGV do
    if string.sub(field, 1, #ARGV[i]) == ARGV[i] then return ARGV[5] end
  end
  return ARGV[3]
end
local all, largest, name = 0, 0, ''
local names = redis.call('HKEYS', KEYS[1])
for _, field in ipairs(names) do
  local bytes = redis.call('HSTRLEN', KEYS[1], field)
  all = all + bytes + #field
  local limit = limit_of(field)
  if bytes > tonumber(limit) then return {'field', tostring(bytes), field, limit} end
  if bytes > largest then largest, name = bytes, field end
end
if all > tonumber(ARGV[2]) then return {'bytes', tostring(all), name, ARGV[2]} end
local read = {}
for _, field in ipairs(names) do
  if string.sub(field, 1, #ARGV[4]) == ARGV[4] then
    read[#read + 1] = field
    read[#read + 1] = redis.call('HGET', KEYS[1], field)
  end
end
return {'read', read}
)lua"};

// Describes the script's finding, which has four parts.
std::string too_large(const std::string& key, const std::vector<redis::Reply>& found) {
  const std::string &what = found[0].text, &number = found[1].text, &most = found[3].text;
  const std::string field = "'" + text::visible(found[2].text) + "'";
  const std::string more = ", more than the " + most + " that hotspotd writes at most";
  const std::string cure = "; somebody else wrote that: find out who, and remove it (HDEL)";
  if (what == "fields") return "the key " + key + " has " + number + " fields" + more + cure;
  if (what == "field") return "the field " + field + " of the key " + key + " has " + number + " bytes" + more + cure;
  return "the key " + key + " has " + number + " bytes" + more + "; its largest field is " + field + cure;
}

}  // namespace

Result<std::map<std::string, std::string>> read_bounded(RedisClient& client, const std::string& key,
                                                        const HashBound& bound) {
  std::vector<std::string> arguments{std::to_string(bound.most_fields), std::to_string(bound.most_bytes),
                                     std::to_string(bound.most_bytes_a_field), bound.prefix,
                                     std::to_string(bound.most_bytes_a_large)};
  arguments.insert(arguments.end(), bound.large.begin(), bound.large.end());
  auto reply = client.run(kReadBounded, {key}, arguments);
  if (!reply) return Error{reply.error().message};
  auto& parts = reply->elements;
  if (parts.size() == 4) return Error{too_large(key, parts)};
  if (parts.size() != 2) return Error{"Redis gave no answer about the key " + key + " that hotspotd understands"};
  auto& read = parts[1].elements;
  std::map<std::string, std::string> fields;
  for (std::size_t i = 0; i + 1 < read.size(); i += 2) fields[std::move(read[i].text)] = std::move(read[i + 1].text);
  return fields;
}

}  // namespace hotspot::io
