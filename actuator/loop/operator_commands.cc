#include "actuator/loop/operator_commands.h"

#include <algorithm>
#include <sstream>
#include <type_traits>
#include <utility>
#include <variant>

#include "actuator/loop/domain_order.h"
#include "actuator/loop/drain_commands.h"
#include "actuator/loop/rule_trust.h"
#include "actuator/loop/state_fields.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using record::done;
using record::refused;
using record::Verdict;

constexpr std::size_t kAnswersPerWrite = 200;
constexpr std::size_t kMostAnswerShown = 1000;
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

OperatorCommands::OperatorCommands(std::string holder, const Options& options, Parts parts, Log log)
    : parts_(std::move(parts)),
      log_(std::move(log)),
      desk_(std::move(holder), {.most_ahead = options.freshness.max_clock_skew}) {}

void OperatorCommands::run() {
  Steering::News news;
  reload_verdict_.reset();
  for (const CommandDesk::Ready& ready : desk_.round(parts_.clock.now())) {
    Verdict verdict = run(ready, news);
    log_(LogLevel::kInfo, "command " + record::to_entry(ready.command).verb + " (" +
                              record::answer_id(ready.channel, to_string(ready.stream_id)) +
                              "): " + text::visible(record::sentence(verdict), kMostAnswerShown));
    desk_.answer(ready, std::move(verdict), parts_.clock.now());
  }
  for (const std::string& sentence : desk_.news()) log_(LogLevel::kWarning, sentence);
  if (!desk_.unwritten().empty()) write_answers();
  parts_.planning.tell(news);
}

void OperatorCommands::write_answers() {
  Fields changed = parts_.safeguards.steering.durable();
  changed.merge(desk_.durable());
  changed.merge(parts_.safeguards.orders.durable());
  changed[kTrustField] = save(parts_.planning.books().trust);
  changed[record::kRecommendationsField] = parts_.planning.recommendations().save();
  const auto saved = parts_.save_fields(std::move(changed));
  parts_.lead.check_write(saved, "what commands did");
  while (saved && parts_.lead.leads() && !desk_.unwritten().empty()) {
    const auto& all = desk_.unwritten();
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kAnswersPerWrite));
    const std::vector<record::Answer> some(all.begin(), end);
    const auto written = parts_.lead.journal().answer(parts_.lead.token(), some);
    parts_.lead.check_write(written, "the answers to commands");
    if (!written) return;
    desk_.written(some.size());
  }
}

Verdict OperatorCommands::run(const CommandDesk::Ready& ready, Steering::News& news) {
  const record::Command& command = ready.command;
  const auto in_flight = parts_.actions.in_flight();
  const Steering::Situation situation{
      parts_.intake.cluster(), &parts_.rules.rules(), in_flight, parts_.clock.now(),
      [this](const std::string& action, const std::string& why) { return parts_.planning.cancel(action, why); }};
  if (auto verdict = parts_.safeguards.steering.run(command, situation, news)) return std::move(*verdict);
  if (auto verdict = parts_.gate.run(command, parts_.lead.token())) {
    parts_.gate.connect(parts_.intake, parts_.actions.in_flight());
    return std::move(*verdict);
  }
  if (const auto named = order_from(command, parts_.intake.cluster(), parts_.gate.admission())) {
    if (!*named) return refused(named->error().message);
    return parts_.planning.order((*named)->order,
                                 {.command = to_string(ready.stream_id), .dry_run = (*named)->dry_run});
  }
  if (const auto* asked = std::get_if<record::ApplyPlan>(&command))
    return parts_.planning.apply(*asked, [this] { return save_recommendations(); });
  if (const auto* asked = std::get_if<record::RefusePlan>(&command))
    return parts_.planning.refuse(*asked, news.notices);
  if (const auto* asked = std::get_if<record::TrustRule>(&command))
    return give_right_back(parts_.planning.books().trust, *asked, situation, news.notices);
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

// At once, and nothing else: which commands are settled is written with their answers.
bool OperatorCommands::save_recommendations() {
  const auto saved = parts_.save_fields({{record::kRecommendationsField, parts_.planning.recommendations().save()}});
  parts_.lead.check_write(saved, "which recommendations were applied");
  return saved && parts_.lead.leads();
}

Verdict OperatorCommands::set_mode(const record::SetMode& asked) {
  const auto mode = rules::mode_from_string(record::to_string(asked.mode));
  if (!mode) return refused("it is not a mode");
  Orders& orders = parts_.safeguards.orders;
  const rules::Mode before = orders.mode();
  orders.set_mode(*mode);
  return done(std::string("mode ") + rules::to_string(before) + " → " + rules::to_string(*mode));
}

// However many ask for it at once.
Verdict OperatorCommands::reload_once() {
  if (!reload_verdict_) {
    parts_.reload("command");
    const RulesStatus& status = parts_.rules.status();
    reload_verdict_ = status.last_reload_ok ? done("reloaded") : refused_rules(status.last_reload_message);
  }
  return *reload_verdict_;
}

Verdict OperatorCommands::cancel_action(const record::CancelAction& asked) {
  const std::string who = asked.owner.empty() ? "an operator" : asked.owner;
  if (parts_.actions.cancel(asked.action, who + " asked for it")) return done("cancelling");
  return refused("no action '" + asked.action + "' is under way that can be cancelled");
}

Verdict OperatorCommands::drain(const record::DrainNode& asked) {
  const auto in_flight = parts_.actions.in_flight();
  Drains& drains = parts_.safeguards.orders.drains;
  Verdict verdict = loop::drain(drains, asked,
                                {.cluster = parts_.intake.cluster(),
                                 .rules = parts_.rules.rules(),
                                 .admission = parts_.gate.admission(),
                                 .restraints = parts_.safeguards.steering.restraints(),
                                 .cooldowns = parts_.planning.books().cooldowns,
                                 .in_flight = in_flight,
                                 .now = parts_.clock.now()});
  parts_.intake.set_draining(drains.uuids());
  return verdict;
}

Verdict OperatorCommands::undrain(const std::string& name) {
  Drains& drains = parts_.safeguards.orders.drains;
  Verdict verdict = loop::undrain(drains, name);
  parts_.intake.set_draining(drains.uuids());
  return verdict;
}

}  // namespace hotspot::loop
