// What operators ask of the leader.
#include "actuator/daemon/loop.h"
#include "actuator/model/text.h"

namespace hotspot::daemon {
namespace {

// Commands that nobody led to take are not carried out for ever after.
constexpr Milliseconds kCommandLifetime{std::chrono::minutes(10)};

}  // namespace

void Loop::run_commands() {
  while (!commands_.empty()) {
    const ports::Command command = std::move(commands_.front());
    commands_.pop_front();
    if (!is_later_stream_id(command.stream_id, last_command_)) continue;
    last_command_ = command.stream_id;
    const std::string answer = run_command(command);
    log_(LogLevel::kInfo, "command " + command.verb + " (" + command.stream_id + "): " + answer);
    check_write(ports_.journal.save_state(leadership_.token(), {{"last_command", last_command_},
                                                                {"command_result", command_result(command, answer)},
                                                                {"mode", rules::to_string(mode_)},
                                                                {"mode_configured", rules::to_string(config_.mode)}}),
                "the command's result");
  }
}

std::string Loop::run_command(const ports::Command& command) {
  const auto argument = [&](const char* name) {
    const auto found = command.arguments.find(name);
    return found == command.arguments.end() ? std::string() : found->second;
  };
  const Milliseconds age = ports_.clock.now() - stream_id_time(command.stream_id);
  if (age > kCommandLifetime) return "refused: it is " + model::duration_text(age) + " old";
  if (command.verb == "mode") {
    const auto mode = rules::mode_from_string(argument("mode"));
    if (!mode) return "refused: '" + argument("mode") + "' is not a mode";
    const rules::Mode before = std::exchange(mode_, *mode);
    return std::string("mode ") + rules::to_string(before) + " → " + rules::to_string(*mode);
  }
  if (command.verb == "reload") {
    reload("command");
    return rules_status_.last_reload_ok ? "reloaded" : "refused: " + rules_status_.last_reload_message;
  }
  if (command.verb == "cancel") {
    if (executor_ != nullptr && executor_->cancel(argument("action"), "an operator asked for it")) return "cancelling";
    return "refused: no action '" + argument("action") + "' is under way that can be cancelled";
  }
  return "refused: unknown command";
}

}  // namespace hotspot::daemon
