#include "actuator/ctl/send.h"

#include <algorithm>
#include <optional>

#include "actuator/client/sending.h"
#include "actuator/ctl/known_names.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kMostShown = 4000;

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

}  // namespace

int send_and_wait(Session& session, const record::Command& command) {
  const auto answer = client::send(session.connection(), command);
  if (!answer) return fail(answer.error().message);
  if (answer->kind == client::Answer::Kind::kUnanswered) return fail(answer->message);
  std::string text = text::visible(answer->message, kMostShown);
  for (const std::string& line : answer->details) text += "\n  " + text::visible(line, kMostShown);
  if (answer->kind != client::Answer::Kind::kDone) return print_refusal(session, command, text);
  say_lines(text + "\n");
  return kDone;
}

}  // namespace hotspot::ctl
