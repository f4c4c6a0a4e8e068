#include "actuator/loop/refusals.h"

#include "actuator/act/migration_record.h"
#include "actuator/record/target_refusal.h"

namespace hotspot::loop {

std::optional<plan::TargetRefusals::Happened> refusal_in(const ports::JournalEntry& entry) {
  const auto* move = std::get_if<model::MigrateTo>(&entry.action.step);
  if (move == nullptr || entry.state == model::ActionState::kDone) return std::nullopt;
  std::optional<plan::RefusalScope> scope;
  if (entry.figures.contains(act::kRefusedForNow)) scope = plan::RefusalScope::kPassing;
  if (entry.figures.contains(act::kRefusedByTarget)) scope = plan::RefusalScope::kTarget;
  if (entry.figures.contains(act::kRefusedForDomain)) scope = plan::RefusalScope::kDomain;
  if (!scope) return std::nullopt;
  return plan::TargetRefusals::Happened{.domain_uuid = entry.action.domain_uuid,
                                        .domain_name = entry.action.domain_name,
                                        .target_uuid = move->target_uuid,
                                        .target_name = move->target_name,
                                        .scope = *scope,
                                        .reason = entry.message};
}

bool cost_nothing(const ports::JournalEntry& entry) {
  return refusal_in(entry).has_value() && !entry.figures.contains(act::kRefusedForDomain) &&
         !entry.figures.contains(act::kCopied);
}

std::string save(const plan::TargetRefusals& refusals) {
  std::vector<record::TargetRefusal> all;
  for (const plan::TargetRefusal& one : refusals.all())
    all.push_back({.domain_uuid = one.domain_uuid,
                   .domain_name = one.domain_name,
                   .target_uuid = one.target_uuid,
                   .target_name = one.target_name,
                   .scope = plan::to_string(one.scope),
                   .reason = one.reason,
                   .times = one.times,
                   .at = one.at,
                   .until = one.until,
                   .facts = one.facts});
  return record::to_json(all);
}

Result<void> restore(plan::TargetRefusals& refusals, const std::string& text) {
  const auto saved = record::target_refusals_from_json(text);
  if (!saved) return saved.error();
  std::vector<plan::TargetRefusal> all;
  for (const record::TargetRefusal& one : *saved)
    all.push_back({.domain_uuid = one.domain_uuid,
                   .domain_name = one.domain_name,
                   .target_uuid = one.target_uuid,
                   .target_name = one.target_name,
                   .scope = plan::refusal_scope_from_string(one.scope).value_or(plan::RefusalScope::kTarget),
                   .reason = one.reason,
                   .times = one.times,
                   .at = one.at,
                   .until = one.until,
                   .facts = one.facts});
  refusals.restore(all);
  return {};
}

}  // namespace hotspot::loop
