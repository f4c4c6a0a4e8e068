#include "actuator/console/credential_store.h"

#include <utility>

#include "common/redis/password_file.h"

namespace hotspot::console {
namespace {

// More is not what consoles write, and is not read.
constexpr std::int64_t kMostFields = 4 * (kMostTokens + kMostSessions);
constexpr std::size_t kMostReplyBytes = 16u << 20;

std::string key_of(const telemetry::Keyspace& keys) { return "hotspot:{" + keys.cluster() + "}:console"; }

redis::Options options_of(const client::Target& target, const telemetry::Keyspace& keys) {
  redis::Options options = target.redis;
  options.key = key_of(keys);
  options.max_reply_bytes = kMostReplyBytes;
  return options;
}

}  // namespace

Result<std::unique_ptr<CredentialStore>> CredentialStore::open(const client::Target& target) {
  const auto keys = telemetry::Keyspace::of(target.cluster);
  if (!keys) return keys.error();
  return std::unique_ptr<CredentialStore>(new CredentialStore(options_of(target, *keys), *keys));
}

CredentialStore::CredentialStore(redis::Options options, const telemetry::Keyspace& keys)
    : key_(key_of(keys)), client_(std::move(options), clock_) {}

Result<std::string> CredentialStore::seal_key() const {
  const std::string& file = client_.options().password_file;
  if (file.empty()) return std::string();
  return redis::read_password(file);
}

Result<Credentials> CredentialStore::read() {
  const auto key = seal_key();
  if (!key) return key.error();
  const auto length = client_.command({"HLEN", key_});
  if (!length) return Error{length.error().message};
  if (length->integer > kMostFields)
    return Error{"the key " + key_ + " has " + std::to_string(length->integer) +
                 " fields, which no console wrote; remove what is not a token with redis-cli"};
  auto all = client_.command({"HGETALL", key_});
  if (!all) return Error{all.error().message};
  std::map<std::string, std::string> fields;
  for (std::size_t i = 0; i + 1 < all->elements.size(); i += 2)
    fields[std::move(all->elements[i].text)] = std::move(all->elements[i + 1].text);
  return Credentials::from_fields(fields, *key);
}

Result<void> CredentialStore::put(const std::string& field, const std::string& json) {
  const auto done = client_.command({"HSET", key_, field, json});
  if (!done) return Error{done.error().message};
  return {};
}

Result<void> CredentialStore::put(const Token& token) {
  const auto key = seal_key();
  if (!key) return key.error();
  return put(token_field(token.name), to_json(token, *key));
}

Result<void> CredentialStore::put(const Session& session) {
  const auto key = seal_key();
  if (!key) return key.error();
  return put(session_field(session.sha256), to_json(session, *key));
}

Result<std::int64_t> CredentialStore::drop(const std::vector<std::string>& fields) {
  if (fields.empty()) return std::int64_t{0};
  redis::Command command{"HDEL", key_};
  command.insert(command.end(), fields.begin(), fields.end());
  const auto done = client_.command(command);
  if (!done) return Error{done.error().message};
  return done->integer;
}

}  // namespace hotspot::console
