#include "actuator/client/sending.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "actuator/client/status_record.h"
#include "actuator/client/wait.h"
#include "actuator/record/answer.h"
#include "actuator/record/json_text.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::client {
namespace {

using Json = nlohmann::json;
constexpr Milliseconds kAnswerLimit{10'000};
constexpr Milliseconds kOldLook{500};  // how often the state is read for the result of an older hotspotd
constexpr double kSilentLeaderSeconds = 15;

// A hotspotd of the previous version writes only its newest result. Other commands cannot be found there.
std::optional<record::Verdict> old_answer(Connection& connection, const std::string& id) {
  const auto state = connection.redis().state();
  if (!state || !state->contains("command_result")) return std::nullopt;
  const Json result = record::parse_json(state->at("command_result"));
  if (!result.is_object() || result.value("id", "") != id) return std::nullopt;
  const auto kind = result.value("ok", false) ? record::AnswerKind::kDone : record::AnswerKind::kRefused;
  std::string message = result.value("message", "");
  if (message.starts_with("refused: ")) message = message.substr(9);
  return record::Verdict{kind, std::move(message), {}};
}

// What is known when no answer came.
std::string silence(Connection& connection, const std::string& id) {
  const std::string begin = "no answer to the command " + id + " within 10 s: ";
  const std::string later = "; it is carried out if one comes within 10 minutes";
  const auto lease = connection.redis().lease();
  if (!lease) return begin + lease.error().message;
  if (lease->holder.empty()) return begin + "no hotspotd leads the cluster '" + connection.cluster() + "'" + later;
  const std::string holder = text::visible(lease->holder);
  const auto record = read_status(connection);
  if (!record || !record->led) return begin + holder + " leads, and has not answered it; see hotspotctl status";
  const double silent = to_unix_seconds(connection.now()) - to_unix_seconds(record->status.at);
  if (silent > kSilentLeaderSeconds)
    return begin + holder + " leads, but has written nothing for " +
           text::duration_text(Milliseconds(static_cast<std::int64_t>(silent * 1000))) + "; see its log";
  const std::uint64_t unanswered = record->status.commands.unanswered;
  if (unanswered > 0)
    return begin + "too many commands wait, and " + holder + " has refused " + std::to_string(unanswered) +
           " of them without an answer; give it again";
  const bool admin = id.starts_with("admin:");
  return begin + holder + " leads, and has not answered it; see hotspotctl status and its log" +
         (admin ? "; a hotspotd of an older version does not read the stream commands:admin" : "");
}

std::string of_the_future(const io::RedisOperator::Sent& sent) {
  return "the command is not carried out: Redis gave it the id " + sent.answer_id + ", which is " +
         text::duration_text(sent.ahead) +
         " ahead of Redis' own clock, because somebody has put an id of the future into the stream. The leader "
         "mends that within 10 s: give the command again then, and see hotspotctl status";
}

record::End end_of(const std::optional<Milliseconds>& length) { return {.length = length, .until = {}}; }

Ordered value_of(record::Ordered&& from) {
  Ordered to{.domain = std::move(from.domain),
             .domain_uuid = std::move(from.domain_uuid),
             .node = std::move(from.node),
             .step = std::move(from.step),
             .target = std::move(from.target),
             .action = std::move(from.action),
             .decision = std::move(from.decision),
             .undo = std::move(from.undo),
             .refusal = std::move(from.refusal),
             .dry_run = from.dry_run,
             .predicted_seconds = from.seconds,
             .predicted_downtime_seconds = from.downtime_seconds,
             .elsewhere = {},
             .more_elsewhere = from.more_elsewhere,
             .effects = std::move(from.effects)};
  for (record::Ordered::Elsewhere& one : from.elsewhere)
    to.elsewhere.emplace_back(std::move(one.node), std::move(one.why));
  return to;
}

// As the stream has it; a mode that is none is refused below.
struct ToRecord {
  record::Command operator()(const SetMode& c) const {
    for (const record::Mode mode : {record::Mode::kRecommend, record::Mode::kEnforce})
      if (c.mode == record::to_string(mode)) return record::SetMode{mode, c.owner};
    return record::SetMode{record::Mode::kObserve, c.owner};
  }
  record::Command operator()(const Pause& c) const {
    return record::Pause{
        .owner = c.owner, .reason = c.reason, .end = end_of(c.length), .cancel = c.cancel, .yes = false};
  }
  record::Command operator()(const Resume& c) const { return record::Resume{c.owner}; }
  record::Command operator()(const AddHold& c) const {
    return record::AddHold{c.on, c.name, c.owner, c.reason, end_of(c.length), c.cancel};
  }
  record::Command operator()(const RemoveHold& c) const { return record::RemoveHold{c.id, c.owner}; }
  record::Command operator()(const DrainNode& c) const { return record::DrainNode{c.node, c.owner, c.reason}; }
  record::Command operator()(const UndrainNode& c) const { return record::UndrainNode{c.node, c.owner, ""}; }
  record::Command operator()(const CancelAction& c) const { return record::CancelAction{c.action, c.owner}; }
  record::Command operator()(const ReloadRules& c) const { return record::Reload{c.owner}; }
  record::Command operator()(const ApplyPlan& c) const {
    return record::ApplyPlan{c.decision, c.domain_uuid, c.step, c.owner};
  }
  record::Command operator()(const RefusePlan& c) const {
    return record::RefusePlan{c.decision, c.owner, c.reason, c.length};
  }
  record::Command operator()(const MigrateDomain& c) const {
    return record::MigrateDomain{c.domain, c.target, c.owner, c.reason, c.dry_run};
  }
  record::Command operator()(const ScaleDomain& c) const {
    return record::ScaleDomain{c.domain, c.vcpus, c.memory_bytes, c.owner, c.reason, c.dry_run};
  }
  record::Command operator()(const CapDomain& c) const {
    return record::CapDomain{c.domain, c.percent, c.owner, c.reason, c.dry_run};
  }
};

}  // namespace

Result<record::Command> command_of(const Command& command) {
  const auto* mode = std::get_if<SetMode>(&command);
  if (mode != nullptr && mode->mode != "observe" && mode->mode != "recommend" && mode->mode != "enforce")
    return Error{"'" + text::visible(mode->mode.substr(0, 100)) +
                 "' is no mode; there are observe, recommend, enforce"};
  return record::command_from(record::to_entry(std::visit(ToRecord(), command)));
}

const char* to_string(Answer::Kind kind) {
  switch (kind) {
    case Answer::Kind::kDone:
      return "done";
    case Answer::Kind::kRefused:
      return "refused";
    case Answer::Kind::kSkipped:
      return "skipped";
    case Answer::Kind::kUnanswered:
      break;
  }
  return "unanswered";
}

Result<Answer> send(Connection& connection, const record::Command& command) {
  const auto sent = connection.redis().send(command);
  if (!sent) return sent.error();
  const std::string& id = sent->answer_id;
  if (sent->ahead > Milliseconds(0)) return Error{of_the_future(*sent)};
  std::optional<record::Verdict> verdict;
  std::string problem;
  Milliseconds old_look = connection.steady() + kOldLook;
  const auto answered = [&] {
    const auto answer = connection.redis().answer(id);
    problem = answer ? "" : answer.error().message;
    if (answer && *answer) verdict = (*answer)->verdict;
    if (!verdict && connection.steady() >= old_look) {
      verdict = old_answer(connection, id);
      old_look = connection.steady() + kOldLook;
    }
    return verdict.has_value();
  };
  Answer answer;
  answer.id = id;
  if (!wait_until(connection, kAnswerLimit, answered)) {
    answer.message = problem.empty() ? silence(connection, id) : "no answer to the command " + id + ": " + problem;
    return answer;
  }
  answer.kind = verdict->kind == record::AnswerKind::kDone      ? Answer::Kind::kDone
                : verdict->kind == record::AnswerKind::kSkipped ? Answer::Kind::kSkipped
                                                                : Answer::Kind::kRefused;
  answer.message = std::move(verdict->message);
  answer.details = std::move(verdict->details);
  if (verdict->ordered) answer.ordered = value_of(std::move(*verdict->ordered));
  return answer;
}

}  // namespace hotspot::client
