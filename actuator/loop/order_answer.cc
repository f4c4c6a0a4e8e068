#include "actuator/loop/order_answer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "actuator/model/text.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

using record::Ordered;
using record::Verdict;

std::string seconds_of(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), seconds < 10 ? "%.1f s" : "%.0f s", seconds);
  return text.data();
}

std::string ratio_change(const char* what, const std::optional<double>& before, const std::optional<double>& after) {
  if (!before || !after) return "";
  return std::string(" ") + what + " " + model::ratio_text(*before) + " → " + model::ratio_text(*after);
}

std::string effect_of_order(const plan::Effect& effect) {
  const std::string cpu = ratio_change("CPU", effect.cpu_ratio_before, effect.cpu_ratio_after);
  const std::string memory = ratio_change("memory", effect.memory_used_ratio_before, effect.memory_used_ratio_after);
  if (cpu.empty() && memory.empty()) return "";
  return text::visible(effect.node) + cpu + (cpu.empty() || memory.empty() ? "" : ",") + memory;
}

// Of a move: the nodes that are no targets. What is against the whole order is its message.
void add_elsewhere(const plan::Decision& decision, Ordered& to) {
  for (const plan::Considered& one : decision.considered) {
    if (one.target.empty()) continue;
    if (to.elsewhere.size() < record::kMostElsewhere)
      to.elsewhere.push_back({one.target, one.refusal.message});
    else
      ++to.more_elsewhere;
  }
  for (const auto& [kind, count] : decision.more) to.more_elsewhere += static_cast<std::size_t>(std::max(0, count));
}

Ordered ordered_of(const plan::Decision& decision, const model::DomainRef& domain, const OrderTerms& terms) {
  Ordered ordered;
  if (domain) {
    ordered.domain = domain.domain->name;
    ordered.domain_uuid = domain.domain->uuid;
    ordered.node = domain.node->name();
  }
  ordered.dry_run = terms.dry_run;
  add_elsewhere(decision, ordered);
  if (!decision.action) {
    ordered.refusal = model::to_string(plan::against(decision).kind);
    return ordered;
  }
  ordered.step = model::describe(decision.action->step);
  if (const auto* move = std::get_if<model::MigrateTo>(&decision.action->step)) ordered.target = move->target_name;
  if (!terms.dry_run) {
    ordered.action = decision.action->id;
    ordered.decision = decision.id;
  }
  ordered.undo = plan::undo_command(*decision.action, domain);
  if (decision.figures) {
    ordered.seconds = decision.figures->seconds;
    ordered.downtime_seconds = decision.figures->downtime_seconds;
  }
  for (const plan::Effect& effect : decision.effects)
    if (std::string line = effect_of_order(effect); !line.empty()) ordered.effects.push_back(std::move(line));
  return ordered;
}

// Is it only that it is too early?
bool passes(model::RefusalKind kind) {
  return kind == model::RefusalKind::kSettling || kind == model::RefusalKind::kTooMany;
}

std::string predicted_text(const Ordered& ordered) {
  if (!ordered.seconds) return "";
  std::string text = "; predicted: " + seconds_of(*ordered.seconds);
  if (ordered.downtime_seconds) text += ", of which it stands still for " + seconds_of(*ordered.downtime_seconds);
  return text;
}

std::string undo_note(const plan::Decision& decision) {
  const bool caps = decision.action && std::holds_alternative<model::SetCpuCap>(decision.action->step);
  return caps ? " (lifts it; an earlier cap is not known)" : "";
}

}  // namespace

Verdict order_answer(const plan::Decision& decision, const model::DomainRef& domain, const OrderTerms& terms) {
  Ordered ordered = ordered_of(decision, domain, terms);
  Verdict verdict;
  if (!decision.action) {
    const model::Refusal& refusal = plan::against(decision);
    verdict = record::refused(refusal.message + (passes(refusal.kind) ? "; give it again in some seconds" : ""));
  } else {
    verdict = record::done((terms.dry_run ? "would do: " : "begun: ") + ordered.step + " for " +
                           text::visible(ordered.domain) + " on " + text::visible(ordered.node) +
                           predicted_text(ordered) + (terms.dry_run ? "" : "; action " + ordered.action));
    verdict.details = ordered.effects;
  }
  const bool told = !decision.action && ordered.elsewhere.size() == 1 && ordered.more_elsewhere == 0;
  for (const Ordered::Elsewhere& one : ordered.elsewhere)
    if (!told) verdict.details.push_back("not " + text::visible(one.node) + ": " + one.why);
  if (ordered.more_elsewhere > 0)
    verdict.details.push_back("and " + std::to_string(ordered.more_elsewhere) + " nodes more");
  if (!ordered.undo.empty()) verdict.details.push_back("undo: " + ordered.undo + undo_note(decision));
  verdict.ordered = std::move(ordered);
  return verdict;
}

Verdict begun_before(const std::string& action) {
  Verdict verdict = record::done("begun before another hotspotd took the lead; action " + action);
  verdict.ordered = Ordered{};
  verdict.ordered->action = action;
  return verdict;
}

}  // namespace hotspot::loop
