// The loop: carries out operators' commands.
#include <algorithm>
#include <sstream>
#include <type_traits>

#include "actuator/loop/loop.h"
#include "actuator/model/node_choice.h"
#include "actuator/plan/drain_outlook.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using record::done;
using record::refused;
using record::Verdict;

constexpr std::size_t kAnswersPerWrite = 200;
constexpr std::size_t kMostAnswerShown = 1000;
// In the answer to a command; of more, their number.
constexpr std::size_t kMostHindrances = 8;
constexpr std::size_t kMostErrorLines = 40;

// The errors line by line, so that a caret stays below what it points at.
Verdict refused_rules(const std::string& errors) {
  Verdict verdict = refused("the rules have errors, and those before go on:");
  std::istringstream lines(errors);
  std::size_t more = 0;
  for (std::string line; std::getline(lines, line);) {
    if (verdict.details.size() < kMostErrorLines)
      verdict.details.push_back(line);
    else
      ++more;
  }
  if (verdict.details.size() == 1) return refused(verdict.details.front());
  if (more > 0) verdict.details.push_back(std::to_string(more) + " lines more: hotspotctl status");
  return verdict;
}

}  // namespace

void Loop::run_commands() {
  Steering::News news;
  reload_verdict_.reset();
  for (const CommandDesk::Ready& ready : desk_.round(ports_.clock.now())) {
    Verdict verdict = run_command(ready.command, news);
    log_(LogLevel::kInfo, "command " + record::to_entry(ready.command).verb + " (" +
                              record::answer_id(ready.channel, to_string(ready.stream_id)) +
                              "): " + text::visible(record::sentence(verdict), kMostAnswerShown));
    desk_.answer(ready, std::move(verdict), ports_.clock.now());
  }
  for (const std::string& sentence : desk_.news()) log_(LogLevel::kWarning, sentence);
  if (!desk_.unwritten().empty()) write_answers();
  take_news(news);
}

// What was done comes first: success is said only of what outlives us.
void Loop::write_answers() {
  std::map<std::string, std::string> changed = steering_.durable();
  changed.merge(desk_.durable());
  changed.insert({{kDrainsField, drains_.save()},
                  {"mode", rules::to_string(mode_)},
                  {"mode_configured", rules::to_string(options_.mode)}});
  const auto saved = state_.write(std::move(changed), lead_.token());
  lead_.check_write(saved, "what commands did");
  while (saved && lead_.leads() && !desk_.unwritten().empty()) {
    const auto& all = desk_.unwritten();
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kAnswersPerWrite));
    const std::vector<record::Answer> some(all.begin(), end);
    const auto written = ports_.journal.answer(lead_.token(), some);
    lead_.check_write(written, "the answers to commands");
    if (!written) return;
    desk_.written(some.size());
  }
}

void Loop::take_news(const Steering::News& news) {
  for (const Notice& notice : news.notices) {
    story_.notice(notice.kind == "on_two_nodes" ? LogLevel::kError : LogLevel::kInfo, notice.subject, notice.sentence);
    const std::string id = decision_log_.next_notice_id(ports_.clock.now());
    lead_.check_write(ports_.journal.record_decision(lead_.token(), to_json(notice, id)), "a notice");
  }
  for (const auto& [action, why] : news.cancel) cancel(action, why);
}

// What is under way on such a domain is ended, if it can be; a guest that lacks memory gets it all the same.
void Loop::watch_two_nodes() {
  const auto flying = in_flight();
  Steering::News news;
  for (Alarm& alarm : two_nodes_.advance({.cluster = intake_.cluster(),
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

Verdict Loop::run_command(const record::Command& command, Steering::News& news) {
  const auto flying = in_flight();
  const Steering::Situation situation{
      intake_.cluster(), &rules_.rules(), flying, ports_.clock.now(),
      [this](const std::string& action, const std::string& why) { return cancel(action, why); }};
  if (auto verdict = steering_.run(command, situation, news)) return std::move(*verdict);
  if (auto verdict = gate_.run(command, lead_.token())) {
    connect_admitted();
    return std::move(*verdict);
  }
  return std::visit(
      [this](const auto& asked) -> Verdict {
        using Asked = std::decay_t<decltype(asked)>;
        if constexpr (std::is_same_v<Asked, record::SetMode>) return set_mode(asked);
        if constexpr (std::is_same_v<Asked, record::Reload>) return reload_once();
        if constexpr (std::is_same_v<Asked, record::CancelAction>) return cancel_action(asked);
        if constexpr (std::is_same_v<Asked, record::DrainNode>) return drain(asked);
        if constexpr (std::is_same_v<Asked, record::UndrainNode>) return undrain(asked.node);
        return refused("this hotspotd does not know that command");
      },
      command);
}

// Says once when a drain has got so far that nothing runs on the node any more, and what stays there.
void Loop::follow_drains() {
  Steering::News news;
  const WallTime now = ports_.clock.now();
  for (const std::string& uuid : drains_.uuids()) {
    const model::Node* node = intake_.cluster().find_node(uuid);
    if (node == nullptr || model::is_stale(*node, now, intake_.freshness())) continue;
    const plan::DrainOutlook outlook = plan::drain_outlook(intake_.cluster(), *node);
    const std::string phase = plan::to_string(outlook.phase);
    if (drains_.all().at(uuid).phase == phase) continue;
    drains_.set_phase(uuid, phase);
    if (outlook.phase == plan::DrainPhase::kMoving) continue;
    news.notices.push_back({"drain", "node " + node->name(), plan::describe(outlook, node->name()), now});
  }
  take_news(news);
}

Verdict Loop::set_mode(const record::SetMode& asked) {
  const auto mode = rules::mode_from_string(record::to_string(asked.mode));
  if (!mode) return refused("it is not a mode");
  const rules::Mode before = std::exchange(mode_, *mode);
  return done(std::string("mode ") + rules::to_string(before) + " → " + rules::to_string(*mode));
}

// However many ask for it at once.
Verdict Loop::reload_once() {
  if (!reload_verdict_) {
    reload("command");
    reload_verdict_ =
        rules_.status().last_reload_ok ? done("reloaded") : refused_rules(rules_.status().last_reload_message);
  }
  return *reload_verdict_;
}

Verdict Loop::cancel_action(const record::CancelAction& asked) {
  const std::string who = asked.owner.empty() ? "an operator" : asked.owner;
  if (executor_ != nullptr && executor_->cancel(asked.action, who + " asked for it")) return done("cancelling");
  return refused("no action '" + asked.action + "' is under way that can be cancelled");
}

Verdict Loop::drain(const record::DrainNode& asked) {
  const auto node = model::find_one_node(intake_.cluster(), asked.node);
  if (!node) return drain_silent(asked, node.error().message);
  const auto& rules = rules_.rules().rules;
  const bool heard = std::any_of(rules.begin(), rules.end(), [](const rules::Rule& rule) {
    return std::any_of(rule.remedies.begin(), rule.remedies.end(),
                       [](const rules::Remedy& remedy) { return std::holds_alternative<rules::Drain>(remedy); });
  });
  const std::string name = (*node)->name();
  drains_.request((*node)->uuid(),
                  {.node = name, .owner = asked.owner, .reason = asked.reason, .since = ports_.clock.now()});
  intake_.set_draining(drains_.uuids());
  std::string answer = name + " is to be drained: nothing goes there any more" +
                       (heard ? ""
                              : "; no rule of the set that runs has the remedy 'drain', so nothing leaves it (see "
                                "rules/drain.yml)");
  const plan::DrainOutlook outlook = plan::drain_outlook(intake_.cluster(), **node);
  if (outlook.phase != plan::DrainPhase::kMoving)
    answer += "; " + plan::describe(outlook, name);
  else if (!outlook.staying.empty())
    answer += "; it does not run, and stays: " + plan::names_of(outlook.staying);
  const auto flying = in_flight();
  const auto hindrances = plan::drain_hindrances({.cluster = intake_.cluster(),
                                                  .node = **node,
                                                  .restraints = steering_.restraints(),
                                                  .cooldowns = books_.cooldowns,
                                                  .in_flight = flying,
                                                  .now = ports_.clock.now()});
  for (std::size_t i = 0; i < std::min(hindrances.size(), kMostHindrances); ++i)
    answer += (i == 0 ? "; what holds it up: " : "; ") + hindrances[i];
  if (hindrances.size() > kMostHindrances)
    answer += "; and " + std::to_string(hindrances.size() - kMostHindrances) + " more domains";
  return done(std::move(answer));
}

// A node that was admitted, and of which no snapshot counts now: it is drained from the first one that does.
Verdict Loop::drain_silent(const record::DrainNode& asked, const std::string& why) {
  for (const AdmittedNode& known : gate_.admission().admitted()) {
    const record::RegisteredNode& entry = known.entry;
    if (entry.id != asked.node && entry.name != asked.node && entry.host_uuid != asked.node) continue;
    if (entry.host_uuid.empty())
      return refused(entry.id + " was admitted, but libvirt there has not said yet who it is");
    drains_.request(entry.host_uuid,
                    {.node = entry.id, .owner = asked.owner, .reason = asked.reason, .since = ports_.clock.now()});
    intake_.set_draining(drains_.uuids());
    return done(entry.id + " is to be drained: nothing goes there any more. No snapshot of it counts now" +
                (known.why.empty() ? "" : ": " + known.why) + "; what runs there leaves it once one does");
  }
  return refused(why);
}

Verdict Loop::undrain(const std::string& name) {
  std::vector<std::pair<std::string, std::string>> meant;  // host UUID and name
  for (const auto& [uuid, drained] : drains_.all())
    if (drained.node == name || uuid == name) meant.emplace_back(uuid, drained.node);
  if (meant.empty()) return refused("'" + name + "' is not to be drained");
  if (meant.size() > 1) {
    std::string which;
    for (const auto& [uuid, node] : meant) which += "\n  " + uuid;
    return refused("several nodes named '" + name + "' are to be drained; give the host UUID of one:" + which);
  }
  drains_.withdraw(meant.front().first);
  intake_.set_draining(drains_.uuids());
  return done(meant.front().second + " is not to be drained any more");
}

}  // namespace hotspot::loop
