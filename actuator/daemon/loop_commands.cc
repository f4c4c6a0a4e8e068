// What operators ask of the leader.
#include <algorithm>

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
    Steering::News news;
    const std::string answer = run_command(command, news);
    log_(LogLevel::kInfo, "command " + command.verb + " (" + command.stream_id + "): " + answer);
    std::map<std::string, std::string> changed = steering_.durable();
    changed.insert({{"last_command", last_command_},
                    {"command_result", command_result(command, answer)},
                    {kDrainsField, drains_.save()},
                    {"mode", rules::to_string(mode_)},
                    {"mode_configured", rules::to_string(config_.mode)}});
    check_write(ports_.journal.save_state(leadership_.token(), changed), "the command's result");
    take_news(news);
  }
}

void Loop::take_news(const Steering::News& news) {
  for (const Notice& notice : news.notices) {
    log_(notice.kind == "on_two_nodes" ? LogLevel::kError : LogLevel::kInfo, notice.sentence);
    const std::string id = std::to_string(to_unix_ms(ports_.clock.now())) + "-n" + std::to_string(++notices_);
    check_write(ports_.journal.record_decision(leadership_.token(), to_json(notice, id)), "a notice");
  }
  for (const auto& [action, why] : news.cancel) cancel(action, why);
}

// What is under way on such a domain is ended, if it can be; a guest that lacks memory gets it all the same.
void Loop::watch_two_nodes() {
  const auto flying = in_flight();
  Steering::News news;
  for (loop::Alarm& alarm : two_nodes_.advance({.cluster = intake_.cluster(),
                            .freshness = intake_.freshness(),
                            .in_flight = flying,
                            .now = ports_.clock.now()}))
    news.notices.push_back({std::move(alarm.kind), std::move(alarm.subject), std::move(alarm.sentence), alarm.at});
  for (const plan::InFlight& entry : flying) {
    const auto kept = two_nodes_.kept().find(entry.action.domain_uuid);
    if (kept == two_nodes_.kept().end() || !entry.action.undoes.empty() || news.notices.empty()) continue;
    if (!std::holds_alternative<model::MigrateTo>(entry.action.step))
      news.cancel.emplace_back(entry.action.id, kept->second.message);
  }
  take_news(news);
}

bool Loop::cancel(const std::string& action, const std::string& why) {
  const bool can = executor_ != nullptr && executor_->cancel(action, why);
  if (can) log_(LogLevel::kInfo, "cancels " + action + ": " + why);
  return can;
}

std::string Loop::run_command(const ports::Command& command, Steering::News& news) {
  const auto argument = [&](const char* name) {
    const auto found = command.arguments.find(name);
    return found == command.arguments.end() ? std::string() : found->second;
  };
  const Milliseconds age = ports_.clock.now() - stream_id_time(command.stream_id);
  if (age > kCommandLifetime) return "refused: it is " + model::duration_text(age) + " old";
  const auto flying = in_flight();
  const Steering::Situation situation{
      intake_.cluster(), engine_.rules().get(), flying, ports_.clock.now(),
      [this](const std::string& action, const std::string& why) { return cancel(action, why); }};
  if (auto answer = steering_.run(command, situation, news)) return *answer;
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
    const std::string who = argument("owner").empty() ? "an operator" : argument("owner");
    if (executor_ != nullptr && executor_->cancel(argument("action"), who + " asked for it")) return "cancelling";
    return "refused: no action '" + argument("action") + "' is under way that can be cancelled";
  }
  if (command.verb == "drain") {
    return drain(argument("node"), {.node = argument("node"),
                                    .owner = argument("owner"),
                                    .reason = argument("reason"),
                                    .since = ports_.clock.now()});
  }
  if (command.verb == "undrain") return undrain(argument("node"));
  return "refused: unknown command";
}

std::string Loop::drain(const std::string& name, Drained drained) {
  const model::Node* node = intake_.cluster().find_node_by_name(name);
  if (node == nullptr) return "refused: no node is called '" + name + "'";
  const auto& rules = engine_.rules()->rules;
  const bool heard = std::any_of(rules.begin(), rules.end(), [](const rules::Rule& rule) {
    return std::any_of(rule.remedies.begin(), rule.remedies.end(),
                       [](const rules::Remedy& remedy) { return std::holds_alternative<rules::Drain>(remedy); });
  });
  drains_.request(node->uuid(), std::move(drained));
  intake_.set_draining(drains_.uuids());
  return name + " is to be drained: nothing goes there any more" +
         (heard ? ""
                : "; no rule of the set that runs has the remedy 'drain', so nothing leaves it (see rules/drain.yml)");
}

std::string Loop::undrain(const std::string& name) {
  for (const auto& [uuid, drained] : drains_.all()) {
    if (drained.node != name) continue;
    const std::string known = uuid;
    drains_.withdraw(known);
    intake_.set_draining(drains_.uuids());
    return name + " is not to be drained any more";
  }
  return "refused: '" + name + "' is not to be drained";
}

}  // namespace hotspot::daemon
