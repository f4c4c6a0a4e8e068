#include "actuator/io/redis/registry.h"

#include <cstdlib>
#include <utility>

#include "actuator/io/redis/journal_scripts.h"

namespace hotspot::io {
namespace {

// Twice what the largest registry needs: more in the hash is an attempt to exhaust memory.
constexpr std::int64_t kMostFields = 2 * static_cast<std::int64_t>(record::kMostRegisteredNodes);

}  // namespace

Result<std::int64_t> RedisRegistry::revision() {
  auto reply = client_.command({"HGET", keyspace_.nodes(), record::kRevisionField});
  if (!reply) return Error{reply.error().message};
  return reply->is_text() ? std::strtoll(reply->text.c_str(), nullptr, 10) : 0;
}

Result<record::Registry> RedisRegistry::load() { return read_registry(client_, keyspace_); }

Result<record::Registry> read_registry(RedisClient& client, const telemetry::Keyspace& keyspace) {
  auto size = client.command({"HLEN", keyspace.nodes()});
  if (!size) return Error{size.error().message};
  if (size->integer > kMostFields)
    return Error{"the key " + keyspace.nodes() + " has " + std::to_string(size->integer) +
                 " fields, more than any registry: somebody else wrote them; DEL the key, hotspotd writes it again"};
  auto reply = client.command({"HGETALL", keyspace.nodes()});
  if (!reply) return Error{reply.error().message};
  std::map<std::string, std::string> fields;
  for (std::size_t i = 0; i + 1 < reply->elements.size(); i += 2)
    fields[std::move(reply->elements[i].text)] = std::move(reply->elements[i + 1].text);
  return record::registry_from_fields(fields);
}

Result<void, ports::WriteError> RedisRegistry::save(std::int64_t token, const ports::RegistryChange& change) {
  std::vector<std::string> arguments{std::to_string(token), record::kRevisionField, std::to_string(change.revision)};
  for (const auto& [id, json] : change.entries) {
    arguments.push_back(id);
    arguments.push_back(json);
  }
  auto reply = client_.run(kSaveState, {keyspace_.lease(), keyspace_.nodes()}, arguments);
  if (reply) return {};
  const bool fenced = reply.error().code == "FENCED";
  return ports::WriteError{fenced ? ports::WriteFault::kFenced : ports::WriteFault::kUnreachable,
                           (fenced ? "our lease is gone; " : "") + reply.error().message};
}

}  // namespace hotspot::io
