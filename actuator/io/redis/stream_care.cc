#include "actuator/io/redis/stream_care.h"

#include <chrono>

#include "actuator/io/redis/journal_scripts.h"

namespace hotspot::io {
namespace {

// What is kept when a stream is restarted.
struct Care {
  std::string key;
  const char* what;  // "nothing", "recent", or "look": it is not changed
};
constexpr std::chrono::hours kRecent{1};
constexpr std::size_t kMostCarriedBytes = 16u << 20;

}  // namespace

Result<std::vector<ports::StreamTrouble>, ports::WriteError> RedisStreamCare::tend(std::int64_t token) {
  const Care cares[] = {{keyspace_.snapshots(), "nothing"},
                        {keyspace_.commands(), "recent"},
                        {keyspace_.admin_commands(), "recent"},
                        {keyspace_.decisions(), "recent"},
                        {keyspace_.journal(), "look"}};
  std::vector<ports::StreamTrouble> troubles;
  for (const Care& care : cares) {
    std::vector<std::string> keys{keyspace_.lease(), care.key};
    if (care.key == keyspace_.decisions()) keys.push_back(keyspace_.state());
    auto reply = client_.run(kTendStream, keys,
                             {std::to_string(token), std::to_string(most_ahead_.count()), care.what,
                              std::to_string(Milliseconds(kRecent).count()), std::to_string(kMostCarriedBytes)});
    if (!reply) {
      const bool fenced = reply.error().code == "FENCED";
      return ports::WriteError{fenced ? ports::WriteFault::kFenced : ports::WriteFault::kUnreachable,
                               reply.error().message};
    }
    const auto& parts = reply->elements;
    if (parts.size() != 4) continue;
    troubles.push_back({.key = care.key,
                        .last_id = parts[0].text,
                        .mended = parts[1].integer == 1,
                        .kept = static_cast<std::uint64_t>(parts[2].integer),
                        .lost = static_cast<std::uint64_t>(parts[3].integer)});
  }
  return troubles;
}

}  // namespace hotspot::io
