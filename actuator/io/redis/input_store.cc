#include "actuator/io/redis/input_store.h"

#include <utility>

#include "actuator/io/redis/journal_scripts.h"
#include "actuator/io/redis/write_error.h"
#include "common/deflate/deflate.h"

namespace hotspot::io {
namespace {

// A field of a hash and a member of a sorted set, each with the 64 digits; a test compares it with what Redis says.
constexpr std::int64_t kCostOfPart = 240;
// 256 MiB of the smallest ones that hotspotd writes, and more than it may ever come to.
constexpr std::size_t kMostParts = 500'000;
constexpr std::size_t kMostTextBytes = 16u << 20;
constexpr std::size_t kHashDigits = 64;

bool is_hash(const std::string& text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result<std::vector<std::string>, ports::WriteError> RedisInputStore::store(std::int64_t token,
                                                                           const std::vector<ports::InputText>& texts,
                                                                           const std::vector<std::string>& stored) {
  if (denied_ && denied_->connection == client_.connections()) return denied_->error;
  std::vector<std::string> arguments{std::to_string(token),
                                     std::to_string(options_.most_age.count()),
                                     std::to_string(options_.most_bytes),
                                     std::to_string(kCostOfPart),
                                     std::to_string(kMostParts),
                                     counted_for_ == token ? "" : "count",
                                     std::to_string(stored.size())};
  arguments.insert(arguments.end(), stored.begin(), stored.end());
  for (const ports::InputText& one : texts) {
    arguments.push_back(one.sha256);
    arguments.push_back(deflate::compress(one.text));
  }
  const auto reply =
      client_.run(kStoreInput, {keyspace_.lease(), keyspace_.inputs(), keyspace_.input_ages()}, arguments);
  if (!reply && reply.error().code == "NOPERM")
    denied_ = Denied{.connection = client_.connections(), .error = write_error(reply.error())};
  if (!reply) return write_error(reply.error());
  std::vector<std::string> missing;
  for (const redis::Reply& one : reply->elements) missing.push_back(one.text);
  if (missing.empty()) counted_for_ = token;
  return missing;
}

Result<std::optional<std::string>, InputError> read_input_text(RedisClient& client, const telemetry::Keyspace& keyspace,
                                                               const std::string& sha256) {
  if (!is_hash(sha256)) return InputError{InputFault::kChanged, "its name is no SHA-256"};
  const auto reply = client.command({"HGET", keyspace.inputs(), sha256});
  if (!reply && reply.error().fault == redis::Fault::kTooLarge)
    return InputError{InputFault::kChanged,
                      "what the key " + keyspace.inputs() + " has there is longer than hotspotd writes"};
  if (!reply)
    return InputError{reply.error().code == "WRONGTYPE" ? InputFault::kChanged : InputFault::kUnreadable,
                      reply.error().message};
  if (!reply->is_text()) return std::optional<std::string>();
  auto text = deflate::decompress(reply->text, kMostTextBytes);
  if (!text) return InputError{InputFault::kChanged, "it was changed: " + text.error().message};
  return std::optional(std::move(*text));
}

}  // namespace hotspot::io
