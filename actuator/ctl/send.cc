#include "actuator/ctl/send.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "actuator/ctl/known_names.h"
#include "actuator/ctl/status_record.h"
#include "actuator/ctl/wait.h"
#include "actuator/record/answer.h"
#include "actuator/record/json_text.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
constexpr Milliseconds kAnswerLimit{10'000};
constexpr Milliseconds kOldLook{500};  // how often the state is read for the result of an older hotspotd
constexpr double kSilentLeaderSeconds = 15;
constexpr std::size_t kMostShown = 4000;

// A hotspotd of the previous version writes only its newest result. Other commands cannot be found there.
std::optional<record::Verdict> old_answer(Session& session, const std::string& id) {
  const auto state = session.redis().state();
  if (!state || !state->contains("command_result")) return std::nullopt;
  const Json result = record::parse_json(state->at("command_result"));
  if (!result.is_object() || result.value("id", "") != id) return std::nullopt;
  const auto kind = result.value("ok", false) ? record::AnswerKind::kDone : record::AnswerKind::kRefused;
  std::string message = result.value("message", "");
  if (message.starts_with("refused: ")) message = message.substr(9);
  return record::Verdict{kind, std::move(message), {}};
}

// What is known when no answer came.
std::string silence(Session& session, const std::string& id) {
  const std::string begin = "no answer to the command " + id + " within 10 s: ";
  const std::string later = "; it is carried out if one comes within 10 minutes";
  const auto lease = session.redis().lease();
  if (!lease) return begin + lease.error().message;
  if (lease->holder.empty()) return begin + "no hotspotd leads the cluster '" + session.config().cluster + "'" + later;
  const std::string holder = text::visible(lease->holder);
  const auto record = read_status(session);
  if (!record || !record->led) return begin + holder + " leads, and has not answered it; see hotspotctl status";
  const double silent = session.now_seconds() - to_unix_seconds(record->status.at);
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

// What a command refers to, by name.
struct Named {
  Noun noun = Noun::kNode;
  std::string word;
};

std::optional<Named> named_by(const record::Command& command) {
  if (const auto* drain = std::get_if<record::DrainNode>(&command)) return Named{Noun::kNode, drain->node};
  if (const auto* undrain = std::get_if<record::UndrainNode>(&command)) return Named{Noun::kNode, undrain->node};
  if (const auto* forget = std::get_if<record::ForgetNode>(&command)) return Named{Noun::kNode, forget->node};
  if (const auto* rekey = std::get_if<record::RekeyNode>(&command)) return Named{Noun::kNode, rekey->node};
  if (const auto* trust = std::get_if<record::TrustRule>(&command)) return Named{Noun::kRule, trust->rule};
  if (const auto* cancel = std::get_if<record::CancelAction>(&command)) return Named{Noun::kAction, cancel->action};
  if (const auto* hold = std::get_if<record::AddHold>(&command)) {
    if (hold->on == "node") return Named{Noun::kNode, hold->name};
    if (hold->on == "domain") return Named{Noun::kDomain, hold->name};
    if (hold->on == "rule") return Named{Noun::kRule, hold->name};
  }
  return std::nullopt;
}

// The leader refused the command. If nothing has that name, suggests the nearest name and returns the exit code for
// unknown names.
int print_refusal(Session& session, const record::Command& command, const std::string& text) {
  const auto named = named_by(command);
  const auto known = named ? known_names(session, named->noun) : Result<std::vector<KnownName>>(Error{""});
  const auto is_it = [&](const KnownName& one) { return one.name == named->word || one.uuid == named->word; };
  if (!known || std::any_of(known->begin(), known->end(), is_it)) return fail("refused: " + text);
  fail("refused: " + text + did_you_mean(*known, named->word));
  return kNothing;
}

int print(Session& session, const record::Command& command, const record::Verdict& verdict) {
  std::string text = text::visible(verdict.message, kMostShown);
  for (const std::string& line : verdict.details) text += "\n  " + text::visible(line, kMostShown);
  if (verdict.kind != record::AnswerKind::kDone) return print_refusal(session, command, text);
  say_lines(text + "\n");
  return kDone;
}

}  // namespace

int send_and_wait(Session& session, const record::Command& command) {
  const auto sent = session.redis().send(command);
  if (!sent) return fail(sent.error().message);
  const std::string& id = sent->answer_id;
  if (sent->ahead > Milliseconds(0)) {
    return fail("the command is not carried out: Redis gave it the id " + id + ", which is " +
                text::duration_text(sent->ahead) +
                " ahead of Redis' own clock, because somebody has put an id of the future into the stream. The leader "
                "mends that within 10 s: give the command again then, and see hotspotctl status");
  }
  std::optional<record::Verdict> verdict;
  std::string problem;
  Milliseconds old_look = session.steady() + kOldLook;
  const auto answered = [&] {
    const auto answer = session.redis().answer(id);
    problem = answer ? "" : answer.error().message;
    if (answer && *answer) verdict = (*answer)->verdict;
    if (!verdict && session.steady() >= old_look) {
      verdict = old_answer(session, id);
      old_look = session.steady() + kOldLook;
    }
    return verdict.has_value();
  };
  if (wait_until(session, kAnswerLimit, answered)) return print(session, command, *verdict);
  return fail(problem.empty() ? silence(session, id) : "no answer to the command " + id + ": " + problem);
}

}  // namespace hotspot::ctl
