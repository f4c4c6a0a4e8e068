#include "actuator/io/redis/past_pages.h"

#include <algorithm>
#include <utility>

namespace hotspot::io {

Result<redis::Reply, redis::CommandError> read_range(RedisClient& client, redis::Command command, std::size_t& count) {
  command.insert(command.end(), {"COUNT", ""});
  for (;;) {
    command.back() = std::to_string(count);
    auto reply = client.command(command);
    if (reply || reply.error().fault != redis::Fault::kTooLarge || count <= 1) return reply;
    count /= 2;
  }
}

Result<PastPage> read_past(RedisClient& client, const PastRequest& request) {
  const std::string oldest = std::to_string(std::max<std::int64_t>(to_unix_ms(request.from), 0));
  const std::string newest = request.before.empty() ? "+" : request.before;
  std::size_t count = request.count;
  auto reply = read_range(client, {"XREVRANGE", request.key, newest, oldest}, count);
  if (!reply) return Error{reply.error().message};
  PastPage page;
  const std::size_t came = reply->elements.size();
  page.entries = entries_from(std::move(*reply));
  page.strange = came - page.entries.size();
  if (came < count || page.entries.empty()) return page;
  const auto last = stream_id_from_string(page.entries.back().id);
  // Nothing precedes 0-0.
  if (last && *last != StreamId{}) page.next = to_string(predecessor(*last));
  return page;
}

Result<std::optional<WallTime>> oldest_in(RedisClient& client, const std::string& key) {
  auto reply = client.command({"XRANGE", key, "-", "+", "COUNT", "1"});
  if (!reply) return Error{reply.error().message};
  const auto entries = entries_from(std::move(*reply));
  const auto id = entries.empty() ? std::nullopt : stream_id_from_string(entries.front().id);
  return id ? std::optional(record::time_of(*id)) : std::nullopt;
}

}  // namespace hotspot::io
