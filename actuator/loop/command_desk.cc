#include "actuator/loop/command_desk.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using record::AnswerKind;
using record::Channel;
using record::StreamId;

constexpr Milliseconds kQuiet{600'000};  // what was said is said again after such a while without it
constexpr std::size_t kShownVerb = 40;

// Fields of `state`. The first is one that hotspotctl of before polls.
constexpr const char* kOperatorPosition = "last_command";
constexpr const char* kAdminPosition = "last_admin_command";
constexpr std::string_view kAdminPrefix = "admin:";

const char* stream_name(Channel channel) { return channel == Channel::kAdmin ? "commands:admin" : "commands"; }

std::size_t bytes_of(const ports::Command& command) {
  std::size_t bytes = sizeof command + command.verb.size() + command.problem.size();
  for (const auto& [name, value] : command.arguments) bytes += name.size() + value.size() + 64;
  return bytes;
}

// What keeps one command from being carried out, whatever else waits.
std::optional<record::Verdict> fault_of(const ports::Command& command, StreamId id, Milliseconds lifetime,
                                        WallTime now) {
  if (!command.problem.empty()) return record::refused(command.problem);
  const Milliseconds age = now - time_of(id);
  if (age > lifetime) return record::Verdict{AnswerKind::kTooOld, "it is " + text::duration_text(age) + " old", {}};
  return std::nullopt;
}

std::string wrong_stream(const record::Command& command, Channel came_by) {
  if (record::channel_of(command) == came_by) return "";
  // An admin may also set a mode that an operator may.
  if (came_by == Channel::kAdmin && std::holds_alternative<record::SetMode>(command)) return "";
  if (came_by == Channel::kAdmin) return "it belongs into the stream commands";
  return std::string(std::holds_alternative<record::SetMode>(command) ? "to set the mode enforce" : "it") +
         " needs the role admin: it is taken from the stream commands:admin alone; see docs/acl.md";
}

}  // namespace

CommandDesk::CommandDesk(std::string holder, DeskLimits limits) : holder_(std::move(holder)), limits_(limits) {}

void CommandDesk::take(ports::Command command) {
  const auto id = record::stream_id_from_string(command.stream_id);
  if (!id) return;  // Redis gives no other ids
  const WallTime store_now = command.store_time == WallTime{} ? command.received_at : command.store_time;
  const std::size_t bytes = bytes_of(command);
  Waiting one{*id, std::move(command), bytes};
  if (time_of(*id) - store_now > limits_.most_ahead) {
    ahead_.push_back(left_of(one));
    if (ahead_.size() <= limits_.careful) return;
    ahead_.pop_front();
    ++counts_.of_the_future;
    ++counts_.unanswered;
    return;
  }
  const record::Urgency urgency = record::urgency_of({one.command.verb, one.command.arguments});
  Queue& queue = urgency == record::Urgency::kPause     ? pauses_
                 : urgency == record::Urgency::kCareful ? careful_
                                                        : others_;
  queue.bytes += bytes;
  queue.commands.push_back(std::move(one));
  make_room(queue);
}

CommandDesk::Left CommandDesk::left_of(const Waiting& one) {
  return {one.command.channel, one.stream_id, one.command.verb.substr(0, kShownVerb)};
}

// The oldest gives way: whoever asked last still waits for the answer.
void CommandDesk::make_room(Queue& queue) {
  while (queue.commands.size() > limits_.waiting || queue.bytes > limits_.waiting_bytes) {
    remember(left_of(queue.commands.front()));
    queue.bytes -= queue.commands.front().bytes;
    queue.commands.pop_front();
  }
}

void CommandDesk::remember(Left one) {
  left_.push_back(std::move(one));
  if (left_.size() <= limits_.remembered) return;
  left_.pop_front();
  ++counts_.too_many;
  ++counts_.unanswered;
}

std::vector<CommandDesk::Ready> CommandDesk::round(WallTime now) {
  Positions reached = settled_;
  refuse_those_ahead(now);
  std::vector<Waiting> chosen, others = open(others_, reached, now);
  choose_newest(open(pauses_, reached, now), chosen);
  choose_newest(open(careful_, reached, now), chosen);
  for (std::size_t number = 0; Waiting & one : others) {
    if (number++ < limits_.others)
      chosen.push_back(std::move(one));
    else
      remember(left_of(one));
  }
  put_in_order(chosen);
  refuse_those_left(reached, now);
  std::vector<Ready> ready;
  for (Waiting& one : chosen) {
    const Channel channel = one.command.channel;
    reached.of(channel) = std::max(reached.of(channel), one.stream_id);
    auto command = record::command_from({one.command.verb, one.command.arguments});
    const std::string wrong = command ? wrong_stream(*command, channel) : command.error().message;
    if (wrong.empty())
      ready.push_back({channel, one.stream_id, std::move(*command)});
    else
      refuse(left_of(one), record::refused(wrong), now);
  }
  settled_ = reached;
  return ready;
}

void CommandDesk::refuse_those_ahead(WallTime now) {
  for (const Left& one : std::exchange(ahead_, {})) {
    const std::string stream = stream_name(one.channel);
    const std::string ahead = "its id " + to_string(one.stream_id) + " is ahead of Redis' clock";
    refuse(one, {AnswerKind::kOfTheFuture, ahead + "; once the leader has mended the stream, give it again", {}}, now);
    say(said_future_, now,
        "the command '" + text::visible(one.verb) + "' of the stream " + stream + " is refused: " + ahead +
            "; more of them are only counted, see hotspotctl status");
  }
}

void CommandDesk::refuse_those_left(Positions& reached, WallTime now) {
  std::size_t refused = 0;
  for (const Left& one : std::exchange(left_, {})) {
    if (is_settled(one.channel, one.stream_id)) continue;
    reached.of(one.channel) = std::max(reached.of(one.channel), one.stream_id);
    refuse(one, {AnswerKind::kTooMany, "too many commands wait; give it again", {}}, now);
    ++refused;
  }
  if (refused == 0) return;
  say(said_too_many_, now,
      std::to_string(refused) +
          " commands are refused: too many came at once; a pause, a hold and the end of an action come first, the "
          "others are only counted, see hotspotctl status");
}

// Those that can be carried out; the others are answered.
std::vector<CommandDesk::Waiting> CommandDesk::open(Queue& queue, Positions& reached, WallTime now) {
  std::vector<Waiting> open;
  for (Waiting& one : queue.commands) {
    const Channel channel = one.command.channel;
    if (is_settled(channel, one.stream_id)) continue;
    reached.of(channel) = std::max(reached.of(channel), one.stream_id);
    if (auto fault = fault_of(one.command, one.stream_id, limits_.lifetime, now))
      refuse(left_of(one), std::move(*fault), now);
    else
      open.push_back(std::move(one));
  }
  queue = {};
  return open;
}

void CommandDesk::choose_newest(std::vector<Waiting> from, std::vector<Waiting>& chosen) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (i + limits_.careful < from.size())
      remember(left_of(from[i]));
    else
      chosen.push_back(std::move(from[i]));
  }
}

// By their ids, each once.
void CommandDesk::put_in_order(std::vector<Waiting>& chosen) {
  const auto key = [](const Waiting& one) { return std::pair(one.stream_id, one.command.channel); };
  std::stable_sort(chosen.begin(), chosen.end(), [&](const Waiting& a, const Waiting& b) { return key(a) < key(b); });
  const auto same = [&](const Waiting& a, const Waiting& b) { return key(a) == key(b); };
  chosen.erase(std::unique(chosen.begin(), chosen.end(), same), chosen.end());
}

DeskCounts CommandDesk::counts(std::size_t dropped) const {
  DeskCounts all = counts_;
  all.too_many += dropped;
  all.unanswered += dropped;
  return all;
}

void CommandDesk::answer(const Ready& ready, record::Verdict verdict, WallTime now) {
  ++(verdict.kind == AnswerKind::kDone ? counts_.carried_out : counts_.refused);
  put({.id = record::answer_id(ready.channel, to_string(ready.stream_id)),
       .verb = record::to_entry(ready.command).verb,
       .verdict = std::move(verdict),
       .at = now,
       .holder = holder_});
}

void CommandDesk::refuse(const Left& one, record::Verdict verdict, WallTime now) {
  switch (verdict.kind) {
    case AnswerKind::kOfTheFuture:
      ++counts_.of_the_future;
      break;
    case AnswerKind::kTooMany:
      ++counts_.too_many;
      break;
    case AnswerKind::kTooOld:
      ++counts_.too_old;
      break;
    default:
      ++counts_.refused;
  }
  put({.id = record::answer_id(one.channel, to_string(one.stream_id)),
       .verb = one.verb,
       .verdict = std::move(verdict),
       .at = now,
       .holder = holder_});
}

void CommandDesk::put(record::Answer answer) {
  newest_result_ = record::to_command_result(answer);
  unwritten_.push_back(std::move(answer));
  if (unwritten_.size() <= limits_.unwritten) return;
  unwritten_.pop_front();
  ++counts_.unanswered;
}

void CommandDesk::written(std::size_t count) {
  unwritten_.erase(unwritten_.begin(),
                   unwritten_.begin() + static_cast<std::ptrdiff_t>(std::min(count, unwritten_.size())));
}

std::map<std::string, std::string> CommandDesk::durable() const {
  std::map<std::string, std::string> fields;
  if (settled_.operators != StreamId{}) fields[kOperatorPosition] = to_string(settled_.operators);
  if (settled_.admin != StreamId{}) fields[kAdminPosition] = to_string(settled_.admin);
  if (!newest_result_.empty()) fields["command_result"] = newest_result_;
  return fields;
}

bool CommandDesk::restore(const std::map<std::string, std::string>& state, const std::vector<record::Answer>& answered,
                          WallTime now) {
  const auto field = [&](const char* name) {
    const auto found = state.find(name);
    return found == state.end() ? std::string() : found->second;
  };
  const Positions found{believed(Channel::kOperator, field(kOperatorPosition), answered, now),
                        believed(Channel::kAdmin, field(kAdminPosition), answered, now)};
  const bool ours_is_later = settled_.operators > found.operators || settled_.admin > found.admin;
  settled_.operators = std::max(settled_.operators, found.operators);
  settled_.admin = std::max(settled_.admin, found.admin);
  return !ours_is_later;
}

StreamId CommandDesk::believed(Channel channel, const std::string& field, const std::vector<record::Answer>& answered,
                               WallTime now) {
  const auto id = field.empty() ? StreamId{} : record::stream_id_from_string(field);
  if (id && time_of(*id) - now <= limits_.most_ahead) return *id;
  StreamId newest;
  for (const record::Answer& answer : answered) {
    const bool admin = answer.id.starts_with(kAdminPrefix);
    if (admin != (channel == Channel::kAdmin)) continue;
    const auto one = record::stream_id_from_string(admin ? answer.id.substr(kAdminPrefix.size()) : answer.id);
    if (one && time_of(*one) - now <= limits_.most_ahead) newest = std::max(newest, *one);
  }
  news_.push_back("the position '" + text::visible(field, 60) + "' in the stream " + stream_name(channel) +
                  " is not believed: it is no id, or ahead of this machine's clock; it goes on after " +
                  (newest == StreamId{} ? "nothing: commands of the last minutes may be carried out again"
                                        : to_string(newest) + ", which is the newest that is answered"));
  return newest;
}

void CommandDesk::say(WallTime& last, WallTime now, const std::string& sentence) {
  if (last == WallTime{} || now - last > kQuiet) news_.push_back(sentence);
  last = now;
}

std::vector<std::string> CommandDesk::news() { return std::exchange(news_, {}); }

}  // namespace hotspot::loop
