#include "actuator/io/redis/answers.h"

#include "actuator/io/redis/bounded_hash.h"
#include "actuator/io/redis/journal_scripts.h"

namespace hotspot::io {
namespace {

// More than there ever are: a hash that somebody has filled is not scanned.
constexpr const char* kBeyondAllMeasure = "20000";
HashBound answers_bound() { return {.most_fields = 20'000, .most_bytes = 64 << 20, .most_bytes_a_field = 1 << 20}; }

}  // namespace

Result<void, redis::CommandError> write_answers(RedisClient& client, const telemetry::Keyspace& keyspace,
                                                std::int64_t token, const std::vector<record::Answer>& answers) {
  std::vector<std::string> arguments{std::to_string(token), std::to_string(record::kKeptAnswers),
                                     std::to_string(record::kAnswerAge.count()), kBeyondAllMeasure};
  for (const record::Answer& answer : answers) {
    arguments.push_back(answer.id);
    arguments.push_back(record::to_json(answer));
  }
  auto reply = client.run(kAnswer, {keyspace.lease(), keyspace.answers()}, arguments);
  if (!reply) return reply.error();
  return {};
}

Result<std::vector<record::Answer>> read_answers(RedisClient& client, const telemetry::Keyspace& keyspace) {
  const auto fields = read_bounded(client, keyspace.answers(), answers_bound());
  if (!fields) return fields.error();
  std::vector<record::Answer> answers;
  for (const auto& [id, text] : *fields)
    if (auto answer = record::answer_from_json(text)) answers.push_back(std::move(*answer));
  return answers;
}

Result<std::optional<record::Answer>, redis::CommandError> read_answer(RedisClient& client,
                                                                       const telemetry::Keyspace& keyspace,
                                                                       const std::string& id) {
  auto reply = client.command({"HGET", keyspace.answers(), id});
  if (!reply) return reply.error();
  if (!reply->is_text()) return std::optional<record::Answer>();
  auto answer = record::answer_from_json(reply->text);
  if (!answer || answer->id != id) return std::optional<record::Answer>();
  return std::optional(std::move(*answer));
}

}  // namespace hotspot::io
