#include "actuator/loop/decision_record.h"

#include <utility>

#include "actuator/model/action.h"
#include "actuator/rules/rule_set.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

record::SubjectFigures figures_record(const plan::SubjectFigures& figures) {
  return {.domain = figures.domain,
          .cores_used = figures.cores_used,
          .vcpus = figures.vcpus,
          .balloon_bytes = figures.balloon_bytes,
          .predicted_total_seconds = figures.seconds,
          .predicted_downtime_seconds = figures.downtime_seconds};
}

record::Alternative alternative_record(const plan::Alternative& one) {
  return {.domain = one.domain,
          .target = one.target,
          .cpu_ratio = one.cpu_ratio,
          .memory_used_ratio = one.memory_used_ratio,
          .total_seconds = one.seconds,
          .downtime_seconds = one.downtime_seconds,
          .cures = one.cures};
}

record::Effect effect_record(const plan::Effect& effect) {
  return {.node = effect.node,
          .cpu_ratio_before = effect.cpu_ratio_before,
          .cpu_ratio_after = effect.cpu_ratio_after,
          .memory_used_ratio_before = effect.memory_used_ratio_before,
          .memory_used_ratio_after = effect.memory_used_ratio_after};
}

record::Conclusion conclusion_record(const plan::Decision& decision) {
  record::Conclusion out;
  out.expression = decision.expression;
  out.value = decision.value;
  out.measured_at = decision.measured_at;
  out.held = decision.held;
  out.mode = rules::to_string(decision.mode);
  if (decision.action) out.action = record::decided(*decision.action);
  if (decision.figures) out.figures = figures_record(*decision.figures);
  for (const plan::Considered& one : decision.considered)
    out.considered.push_back({.remedy = one.remedy,
                              .domain = one.domain,
                              .target = one.target,
                              .refusal = model::to_string(one.refusal.kind),
                              .message = one.refusal.message});
  out.more_refused = decision.more;
  for (const plan::Alternative& one : decision.alternatives) out.alternatives.push_back(alternative_record(one));
  out.more_alternatives = decision.more_alternatives;
  for (const plan::Effect& effect : decision.effects) out.effects.push_back(effect_record(effect));
  return out;
}

}  // namespace

record::Decision decision_record(const plan::Decision& decision, const InputName& input) {
  record::Conclusion conclusion = conclusion_record(decision);
  if (!input.sha256.empty()) conclusion.input_sha256 = input.sha256;
  if (!input.not_stored.empty()) conclusion.input_not_stored = input.not_stored;
  return {.id = decision.id,
          .at = decision.at,
          .rule = decision.rule,
          .subject = decision.subject,
          .subject_key = decision.subject_key,
          .outcome = plan::to_string(decision.outcome),
          .sentence = text::visible(decision.sentence, text::kMostLineBytes),
          .explanation = plan::explain(decision),
          .about = std::move(conclusion)};
}

std::string to_json(const plan::Decision& decision, const InputName& input) {
  return record::to_json(decision_record(decision, input));
}

}  // namespace hotspot::loop
