#include "actuator/io/redis/journal.h"

#include <algorithm>
#include <utility>

#include "actuator/io/redis/answers.h"
#include "actuator/io/redis/bounded_hash.h"
#include "actuator/io/redis/journal_scripts.h"
#include "actuator/io/redis/stream.h"
#include "actuator/io/redis/write_error.h"
#include "common/crypto/sha256.h"

namespace hotspot::io {
namespace {

// Several times what the largest cluster writes: 10,000 nodes and 30,000 domains, all of them hot.
HashBound state_bound() {
  return {.most_fields = 32'768,
          .most_bytes = 128 << 20,
          .most_bytes_a_field = 1 << 20,
          .most_bytes_a_large = 32 << 20,
          .large = {"rule_", "cooldowns", "holds", "foreign", "drains", "memory", "migrations", "positions", "nodes",
                    "admission", "status", "metrics", "trust"}};
}

// The head is another one after a takeover, and if Redis has lost it. More often, somebody else writes it.
constexpr int kMostLinkings = 5;

Result<ports::JournalEntry> entry_from_open_field(const std::string& field, const std::string& value) {
  const auto space = std::min(value.find(' '), value.size());
  auto entry = record::journal_entry_from_json(std::string_view(value).substr(space));
  if (!entry)
    return Error{"the open action in field '" + field + "' of the state hash cannot be read (" + entry.error().message +
                 "); find out what became of it, then remove the field with HDEL"};
  entry->stream_id = value.substr(0, space);
  return entry;
}

std::vector<ports::JournalEntry> entries_of(redis::Reply&& reply) {
  std::vector<ports::JournalEntry> entries;
  for (const StreamEntry& raw : entries_from(std::move(reply))) {
    const std::string* body = raw.find("body");
    auto entry = record::journal_entry_from_json(body != nullptr ? *body : "");
    if (!entry) continue;  // written by hand or by a newer version; open actions are read elsewhere
    entry->stream_id = raw.id;
    entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace

bool is_reserved_field(const std::string& field) {
  return field == "fencing_token" || field == "given_back" || field == "members" ||
         field == record::kDecisionHeadField || field == record::kDecisionAnchorField ||
         field == record::kDecisionRestartField || field.compare(0, kOpenActionPrefix.size(), kOpenActionPrefix) == 0;
}

RedisJournal::RedisJournal(RedisClient& client, const telemetry::Keyspace& keyspace, RedisJournalOptions options)
    : client_(client), keyspace_(keyspace), options_(options) {}

Result<void, ports::WriteError> RedisJournal::write(const RedisScript& script, const std::string& key,
                                                    const std::vector<std::string>& arguments) {
  std::vector<std::string> keys{keyspace_.lease(), key};
  if (script.text == kAppend.text) keys.push_back(keyspace_.state());
  auto reply = client_.run(script, keys, arguments);
  if (!reply) return write_error(reply.error());
  return {};
}

Result<void, ports::WriteError> RedisJournal::append(const ports::JournalEntry& entry) {
  const model::Action& action = entry.action;
  return write(
      kAppend, keyspace_.journal(),
      {std::to_string(entry.token), action.id, model::is_final(entry.state) ? "final" : "open", record::to_json(entry),
       "action", action.id, "state", model::to_string(entry.state), "at", std::to_string(to_unix_ms(entry.at)), "token",
       std::to_string(entry.token), "domain", action.domain_name, "node", action.node_name, "rule", action.rule});
}

Result<void, ports::WriteError> RedisJournal::record_decision(std::int64_t token, const std::string& json) {
  for (int attempt = 0; attempt < kMostLinkings; ++attempt) {
    auto before = record::decision_head_from_string(decision_head_);
    if (!before || before->number == record::kMostDecisions) before.emplace();  // a new chain
    const std::string previous = record::to_string(*before);
    const record::DecisionHead next{.number = before->number + 1,
                                    .hash = crypto::sha256_hex(record::hashed_text(json, previous))};
    auto reply = client_.run(kRecordDecision, {keyspace_.lease(), keyspace_.decisions(), keyspace_.state()},
                             {std::to_string(token), std::to_string(options_.kept_decisions), json, decision_head_,
                              previous, record::to_string(next)});
    if (!reply) return write_error(reply.error());
    if (reply->is_text()) {
      recorded_ = next;
      decision_head_ = record::to_string(next);
      return {};
    }
    decision_head_ = reply->elements.empty() ? "" : reply->elements.front().text;
  }
  return ports::WriteError{ports::WriteFault::kUnreachable,
                           "the head of the chain of decisions, the field '" + std::string(record::kDecisionHeadField) +
                               "' of the key " + keyspace_.state() + ", changes with each attempt to append to it"};
}

Result<void, ports::WriteError> RedisJournal::save_state(std::int64_t token,
                                                         const std::map<std::string, std::string>& fields) {
  std::vector<std::string> arguments{std::to_string(token)};
  for (const auto& [field, value] : fields) {
    if (is_reserved_field(field)) continue;
    arguments.push_back(field);
    arguments.push_back(value);
  }
  return write(kSaveState, keyspace_.state(), arguments);
}

Result<std::vector<ports::JournalEntry>> RedisJournal::open_actions() {
  HashBound bound = state_bound();
  bound.prefix = kOpenActionPrefix;
  auto state = read_bounded(client_, keyspace_.state(), bound);
  if (!state) return state.error();
  std::vector<ports::JournalEntry> open;
  for (const auto& [field, value] : *state) {
    auto entry = entry_from_open_field(field, value);
    if (!entry) return entry.error();
    open.push_back(std::move(*entry));
  }
  return open;
}

Result<std::vector<ports::JournalEntry>> RedisJournal::newest(std::size_t count) {
  return read_newest_entries(client_, keyspace_, count);
}

Result<std::vector<ports::JournalEntry>> RedisJournal::entries_after(const std::string& stream_id, std::size_t count) {
  auto reply = client_.command({"XRANGE", keyspace_.journal(),
                                to_string(successor(stream_id_from_string(stream_id).value_or(StreamId{}))), "+",
                                "COUNT", std::to_string(count)});
  if (!reply) return Error{reply.error().message};
  return entries_of(std::move(*reply));
}

Result<std::map<std::string, std::string>> RedisJournal::load_state() {
  auto state = read_bounded(client_, keyspace_.state(), state_bound());
  if (state) std::erase_if(*state, [](const auto& field) { return is_reserved_field(field.first); });
  return state;
}

Result<void, ports::WriteError> RedisJournal::answer(std::int64_t token, const std::vector<record::Answer>& answers) {
  if (answers.empty()) return {};
  auto written = write_answers(client_, keyspace_, token, answers);
  if (!written) return write_error(written.error());
  return {};
}

Result<void, ports::WriteError> RedisJournal::publish(std::int64_t token, const std::string& record,
                                                      Milliseconds lasts) {
  return write(kPublish, keyspace_.published(), {std::to_string(token), record, std::to_string(lasts.count())});
}

Result<std::vector<record::Answer>> RedisJournal::answers() { return read_answers(client_, keyspace_); }

Result<std::vector<ports::JournalEntry>> read_newest_entries(RedisClient& client, const telemetry::Keyspace& keyspace,
                                                             std::size_t count) {
  auto reply = client.command({"XREVRANGE", keyspace.journal(), "+", "-", "COUNT", std::to_string(count)});
  if (!reply) return Error{reply.error().message};
  std::vector<ports::JournalEntry> entries = entries_of(std::move(*reply));
  std::reverse(entries.begin(), entries.end());
  return entries;
}

Result<std::map<std::string, std::string>> read_state(RedisClient& client, const telemetry::Keyspace& keyspace) {
  auto reply = client.command({"HGETALL", keyspace.state()});
  if (!reply) return Error{reply.error().message};
  std::map<std::string, std::string> state;
  for (std::size_t i = 0; i + 1 < reply->elements.size(); i += 2)
    state[std::move(reply->elements[i].text)] = std::move(reply->elements[i + 1].text);
  return state;
}

}  // namespace hotspot::io
