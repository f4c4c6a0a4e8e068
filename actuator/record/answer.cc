#include "actuator/record/answer.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"
#include "actuator/record/ordered_json.h"

namespace hotspot::record {
namespace {

constexpr std::array<const char*, 6> kKinds{"done", "refused", "too_old", "of_the_future", "too_many", "skipped"};
constexpr std::size_t kMostJsonBytes = 256 * 1024;
constexpr std::size_t kMostDetails = 1000;

std::string dumped(const nlohmann::json& object) {
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string answer_text(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

const char* to_string(AnswerKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::string answer_id(Channel channel, const std::string& stream_id) {
  return (channel == Channel::kAdmin ? "admin:" : "") + stream_id;
}

std::string to_json(const Answer& answer) {
  nlohmann::json json{{"id", answer.id},
                      {"verb", answer.verb},
                      {"result", to_string(answer.verdict.kind)},
                      {"message", answer.verdict.message},
                      {"details", answer.verdict.details},
                      {"at_ms", to_unix_ms(answer.at)},
                      {"holder", answer.holder}};
  if (answer.verdict.ordered) json["ordered"] = json_of(*answer.verdict.ordered);
  return dumped(json);
}

Result<Answer> answer_from_json(std::string_view text) {
  if (text.size() > kMostJsonBytes) return Error{"an answer is larger than 256 KiB"};
  const nlohmann::json object = parse_json(text);
  if (!object.is_object()) return Error{"an answer is not a JSON object"};
  Answer answer{.id = answer_text(object, "id"),
                .verb = answer_text(object, "verb"),
                .verdict = {},
                .at = {},
                .holder = answer_text(object, "holder")};
  const auto kind = std::find(kKinds.begin(), kKinds.end(), answer_text(object, "result"));
  if (answer.id.empty() || kind == kKinds.end()) return Error{"an answer has no id or no result that is known"};
  answer.verdict.kind = static_cast<AnswerKind>(kind - kKinds.begin());
  answer.verdict.message = answer_text(object, "message");
  const auto at = object.find("at_ms");
  if (at != object.end() && at->is_number_integer()) answer.at = from_unix_ms(at->get<std::int64_t>());
  const auto details = object.find("details");
  if (details != object.end() && details->is_array()) {
    for (const nlohmann::json& line : *details)
      if (line.is_string() && answer.verdict.details.size() < kMostDetails)
        answer.verdict.details.push_back(line.get<std::string>());
  }
  if (const auto ordered = object.find("ordered"); ordered != object.end() && ordered->is_object())
    answer.verdict.ordered = ordered_from_json(*ordered);
  return answer;
}

std::string sentence(const Verdict& verdict) {
  if (verdict.kind == AnswerKind::kDone) return verdict.message;
  return (verdict.kind == AnswerKind::kSkipped ? "skipped: " : "refused: ") + verdict.message;
}

std::string to_command_result(const Answer& answer) {
  return dumped({{"id", answer.id},
                 {"verb", answer.verb},
                 {"ok", answer.verdict.kind == AnswerKind::kDone},
                 {"message", sentence(answer.verdict)}});
}

}  // namespace hotspot::record
