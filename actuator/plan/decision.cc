#include "actuator/plan/decision.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>
#include <tuple>

#include "actuator/model/text.h"
#include "actuator/plan/approval.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::plan {
namespace {

// A newline in a name must not begin a new line.
std::string shown(const std::string& words) { return text::visible(words, text::kMostLineBytes) + "\n"; }

std::string change_text(const char* what, std::optional<double> before, std::optional<double> after) {
  if (!before || !after) return "";
  return std::string(", ") + what + " " + model::ratio_text(*before) + " → " + model::ratio_text(*after);
}

// Four digits: measurements are not more precise.
std::string number_text(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

// Said where more is promised than there is.
std::string promised_text(double ratio) {
  return ratio > 1 ? ", " + number_text(ratio) + " times its memory promised to domains" : "";
}

// Nobody reads more of a plan, which is made anew after each move.
constexpr std::size_t kMostMovesShown = 20;

// Steal of less than this share of a node's CPU is not worth a word.
constexpr double kLeastStolenShown = 0.01;

const char* cpu_word(const Effect& effect) { return effect.stolen_ratio < kLeastStolenShown ? "CPU" : "CPU demand"; }

std::string effect_line(const Effect& effect) {
  std::string changes = change_text(cpu_word(effect), effect.cpu_ratio_before, effect.cpu_ratio_after);
  if (!changes.empty() && effect.stolen_ratio >= kLeastStolenShown)
    changes += " (with " + model::ratio_text(effect.stolen_ratio) + " that its domains wait for)";
  changes += change_text("memory", effect.memory_used_ratio_before, effect.memory_used_ratio_after) +
             change_text("network", effect.net_used_ratio_before, effect.net_used_ratio_after);
  const std::string promised = promised_text(effect.memory_promised_ratio_after.value_or(0));
  return shown("  " + effect.node + ": " + (changes.empty() ? "not known" : changes.substr(2)) + promised);
}

std::string seconds_text(double seconds) {
  return text::duration_text(Milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

std::string measured_line(const Decision& decision) {
  std::string line = "measured: " + number_text(decision.value);
  if (decision.measured_at && decision.at >= *decision.measured_at)
    line += ", " + text::duration_text(decision.at - *decision.measured_at) + " before the decision";
  if (!decision.held.empty()) line += "; held " + decision.held;
  return shown(line);
}

std::string figures_line(const SubjectFigures& figures) {
  std::string line;
  if (figures.cores_used) line += ", used " + number_text(*figures.cores_used) + " cores";
  if (figures.cores_stolen) line += " and waited for " + number_text(*figures.cores_stolen) + " more (steal)";
  if (figures.vcpus) line += ", had " + model::vcpus_text(*figures.vcpus);
  if (figures.balloon_bytes) line += ", had " + model::bytes_text(*figures.balloon_bytes) + " of memory";
  if (figures.seconds) {
    line += ", predicted to move within " + seconds_text(*figures.seconds);
    if (figures.downtime_seconds) line += " and to stand still for " + seconds_text(*figures.downtime_seconds);
  }
  return line.empty() ? "" : shown(figures.domain + ": " + line.substr(2));
}

std::string alternative_line(const Alternative& one) {
  std::string line = "  - " + one.domain + " to " + one.target + ":";
  if (one.cpu_ratio) line += " CPU of " + one.target + " " + model::ratio_text(*one.cpu_ratio) + ",";
  if (one.memory_used_ratio) line += " memory " + model::ratio_text(*one.memory_used_ratio) + ",";
  line += " within " + seconds_text(one.seconds) + promised_text(one.promised_ratio);
  return shown(line + (one.cures ? "" : "; would not cure it alone"));
}

std::string considered_line(const Considered& one) {
  std::string line = "  -";
  if (!one.remedy.empty()) line += " " + one.remedy;
  if (!one.domain.empty()) line += " " + one.domain;
  if (!one.target.empty()) line += " to " + one.target;
  line += std::string(": ") + model::to_string(one.refusal.kind) + ", " + one.refusal.message;
  return shown(line);
}

// How the score is made, so that it can be reckoned by hand, and the moves of the plan.
std::string balance_lines(const BalanceFigures& figures) {
  std::string text;
  for (const BalanceFigures::Term& term : figures.terms)
    text += shown("  " + number_text(term.weight) + " × standard deviation of " + term.name + ": " +
                  number_text(term.before) + " → " + number_text(term.after));
  if (!figures.moves.empty()) text += "the plan, in this order:\n";
  for (std::size_t i = 0; i < std::min(figures.moves.size(), kMostMovesShown); ++i) {
    const BalanceFigures::Move& move = figures.moves[i];
    text += shown("  - " + move.domain + " from " + move.from + " to " + move.to);
  }
  if (figures.moves.size() > kMostMovesShown)
    text += "  and " + std::to_string(figures.moves.size() - kMostMovesShown) + " more\n";
  return text;
}

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string more_line(const std::map<std::string, int>& more) {
  int all = 0;
  std::string kinds;
  for (const auto& [kind, count] : more) {
    all += count;
    kinds += (kinds.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  }
  return all == 0 ? "" : "  and " + std::to_string(all) + " more: " + kinds + "\n";
}

// Why nothing is done: of each remedy the kinds of its refusals, as a whole and of single domains and targets.
using Reasons = std::set<std::tuple<std::string, bool, std::string>>;
Reasons reasons_of(const Decision& decision) {
  Reasons all;
  for (const Considered& one : decision.considered)
    all.emplace(one.remedy, one.domain.empty(), model::to_string(one.refusal.kind));
  for (const auto& [kind, count] : decision.more) all.emplace("", false, kind);
  return all;
}

}  // namespace

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAct:
      return "act";
    case Outcome::kRecommend:
      return "recommend";
    case Outcome::kNothing:
      return "nothing";
  }
  return "unknown";
}

bool Decision::repeats(const Decision& before) const {
  if (rule != before.rule || subject_key != before.subject_key || outcome != before.outcome || mode != before.mode) {
    return false;
  }
  if (action.has_value() != before.action.has_value()) return false;
  if (action) return action->domain_uuid == before.action->domain_uuid && same_step(action->step, before.action->step);
  return reasons_of(*this) == reasons_of(before);
}

std::string effects_text(const Decision& decision) {
  const bool memory = decision.about == rules::AimedAt::kMemory ||
                      (decision.action && model::memory_change(decision.action->step).has_value());
  std::string text;
  for (const Effect& effect : decision.effects) {
    std::string change = change_text(cpu_word(effect), effect.cpu_ratio_before, effect.cpu_ratio_after);
    if (memory) change = change_text("memory", effect.memory_used_ratio_before, effect.memory_used_ratio_after);
    if (decision.about == rules::AimedAt::kNetwork)
      change = change_text("network", effect.net_used_ratio_before, effect.net_used_ratio_after);
    if (!change.empty()) text += ", " + effect.node + change.substr(1);
  }
  return text;
}

std::string score_change_text(const BalanceFigures& figures) {
  std::string terms;
  for (const BalanceFigures::Term& term : figures.terms)
    terms += (terms.empty() ? "" : ", ") + term.name + " " + model::ratio_text(term.before) + " → " +
             model::ratio_text(term.after);
  std::string text = number_text(figures.score_before) + " → " + number_text(figures.score_after) + " (" + terms + ")";
  if (!figures.moves.empty())
    text += ", " + model::bytes_text(figures.bytes) + " within " + seconds_text(figures.seconds);
  return text;
}

std::string explain(const Decision& decision) {
  const std::string asked = decision.rule.empty() ? "an order" : decision.rule;
  std::string text = shown(asked + " on " + decision.subject + ", mode " + rules::to_string(decision.mode));
  if (!decision.mistrust.empty()) text += shown("it only recommends: " + decision.mistrust);
  if (!decision.expression.empty()) text += shown("expression: " + decision.expression);
  if (!decision.rule.empty()) text += measured_line(decision);
  if (decision.action) {
    text += shown(std::string(decision.outcome == Outcome::kAct ? "decided: " : "would do: ") +
                  model::describe(decision.action->step) + " for " + decision.action->domain_name);
    if (decision.figures) text += figures_line(*decision.figures);
    if (!decision.about_text.empty()) text += shown("judged by CPU: " + decision.about_text);
    if (!decision.plan.empty()) text += shown(decision.plan);
    if (decision.balance) text += balance_lines(*decision.balance);
    if (!decision.effects.empty()) text += "predicted effect:\n";
    for (const Effect& effect : decision.effects) text += effect_line(effect);
    if (!decision.followers.empty())
      text += shown("then follow: " + names_text(decision.followers) + ", which belong with it");
  } else {
    text += "nothing is done\n";
  }
  if (!decision.alternatives.empty()) text += "possible too, but worse:\n";
  for (const Alternative& one : decision.alternatives) text += alternative_line(one);
  if (decision.more_alternatives > 0) text += "  and " + std::to_string(decision.more_alternatives) + " more\n";
  if (!decision.considered.empty()) text += decision.action ? "considered, and refused:\n" : "because:\n";
  for (const Considered& one : decision.considered) text += considered_line(one);
  return text + more_line(decision.more);
}

}  // namespace hotspot::plan
