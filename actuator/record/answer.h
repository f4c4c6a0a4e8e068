// What the leader answers to one command: a field of the hash `answers`, named by the command's id.
//
// Success is said only with the answer to that very command. Answers are kept for an hour, and the newest kKeptAnswers
// of them. PURE.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/record/command.h"
#include "actuator/record/ordered.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::record {

inline constexpr std::size_t kKeptAnswers = 1000;
inline constexpr Milliseconds kAnswerAge{std::chrono::hours(1)};

enum class AnswerKind {
  kDone,
  kRefused,      // the message says why
  kTooOld,       // nobody led while it was young enough
  kOfTheFuture,  // its id is ahead of Redis' own clock
  kTooMany,      // too many commands waited
  kSkipped       // it no longer holds: nothing was to be done, and nothing is wrong
};
const char* to_string(AnswerKind kind);  // "done", "refused", "too_old", "of_the_future", "too_many", "skipped"

// What became of a command, before it is known by which id.
struct Verdict {
  AnswerKind kind = AnswerKind::kRefused;
  std::string message;                            // a sentence; without "refused: "
  std::vector<std::string> details;               // lines below it, if any
  std::optional<Ordered> ordered = std::nullopt;  // of what an operator ordered for a domain
  bool operator==(const Verdict&) const = default;
};
inline Verdict done(std::string message) { return {AnswerKind::kDone, std::move(message), {}}; }
inline Verdict skipped(std::string message) { return {AnswerKind::kSkipped, std::move(message), {}}; }
inline Verdict refused(std::string message) { return {AnswerKind::kRefused, std::move(message), {}}; }

struct Answer {
  std::string id;  // see answer_id()
  std::string verb;
  Verdict verdict;
  WallTime at{};
  std::string holder;  // who answered
  bool operator==(const Answer&) const = default;
};

// The id of a command among all: that of its entry, with "admin:" before it where it came by that stream.
std::string answer_id(Channel channel, const std::string& stream_id);

std::string to_json(const Answer& answer);
// Never trusts its input.
Result<Answer> answer_from_json(std::string_view json);

// As people read it: "refused: it is not paused".
std::string sentence(const Verdict& verdict);
// The field `command_result` of `state`, which hotspotctl of before polls.
std::string to_command_result(const Answer& answer);

}  // namespace hotspot::record
