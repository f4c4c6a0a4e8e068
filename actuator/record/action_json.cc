#include "actuator/record/action_json.h"

#include "actuator/record/action_members.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/step_json.h"

namespace hotspot::record {
namespace {

std::optional<std::int64_t> whole_number(const model::StepValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

}  // namespace

nlohmann::json action_json(const model::Action& action) {
  nlohmann::json json{{"id", action.id},
                      {"domain_uuid", action.domain_uuid},
                      {"domain_name", action.domain_name},
                      {"node_uuid", action.node_uuid},
                      {"node_name", action.node_name},
                      {"node_uri", action.node_uri},
                      {"step", step_json(action.step)},
                      {"rule", action.rule},
                      {"decision_id", action.decision_id},
                      {"reason", action.reason},
                      {"planned_at_ms", to_unix_ms(action.planned_at)},
                      {"first_sample_at_ms", to_unix_ms(action.first_sample_at)},
                      {"cooldown_ms", action.cooldown.count()},
                      {"undoes", action.undoes},
                      {"expected", action.expected}};
  if (!action.approved_by.empty()) json["approved_by"] = action.approved_by;
  return json;
}

std::optional<model::Action> action_from_json(const nlohmann::json& object) {
  auto step = step_from_json(object_in(object, "step"));
  model::Action action;
  action.id = text_in(object, "id");
  action.domain_uuid = text_in(object, "domain_uuid");
  if (!step || action.id.empty() || action.domain_uuid.empty()) return std::nullopt;
  action.step = std::move(*step);
  action.domain_name = text_in(object, "domain_name");
  action.node_uuid = text_in(object, "node_uuid");
  action.node_name = text_in(object, "node_name");
  action.node_uri = text_in(object, "node_uri");
  action.rule = text_in(object, "rule");
  action.decision_id = text_in(object, "decision_id");
  action.reason = text_in(object, "reason");
  action.planned_at = ms_in(object, "planned_at_ms").value_or(WallTime{});
  action.first_sample_at = ms_in(object, "first_sample_at_ms").value_or(WallTime{});
  action.cooldown = ms_in(object, "cooldown_ms").value_or(WallTime{}).time_since_epoch();
  action.approved_by = text_in(object, "approved_by");
  action.undoes = text_in(object, "undoes");
  action.expected = figures_in(object, "expected");
  return action;
}

ActionSummary summary_of(const model::Action& action) {
  return {.id = action.id,
          .domain = action.domain_name,
          .domain_uuid = action.domain_uuid,
          .node = action.node_name,
          .node_uuid = action.node_uuid,
          .kind = model::step_name(action.step),
          .step = model::describe(action.step),
          .rule = action.rule,
          .reason = action.reason,
          .planned_at = action.planned_at};
}

DecidedAction decided(const model::Action& action) {
  DecidedAction decided{
      .action = summary_of(action), .from = {}, .to = {}, .target = {}, .target_uuid = {}, .approved_by = {}};
  if (!action.approved_by.empty()) decided.approved_by = action.approved_by;
  const model::StepEnds ends = model::ends(action.step);
  if (ends.before) {
    decided.from = whole_number(*ends.before);
    decided.to = whole_number(ends.wanted);
  }
  if (const auto* move = std::get_if<model::MigrateTo>(&action.step)) {
    decided.target = move->target_name;
    decided.target_uuid = move->target_uuid;
  }
  return decided;
}

nlohmann::json action_summary(const model::Action& action) { return MemberWriter::written(summary_of(action)); }

}  // namespace hotspot::record
