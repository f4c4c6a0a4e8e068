#include "actuator/client/plan.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "actuator/model/text.h"
#include "actuator/record/json_fields.h"

namespace hotspot::client {
namespace {

Recommendation recommendation_of(const record::Recommendation& one) {
  Recommendation out;
  out.decision = one.decision;
  out.rule = one.rule;
  out.subject = one.subject;
  out.subject_key = one.subject_key;
  out.mode = one.mode;
  out.sentence = one.sentence;
  out.domain = one.action.domain_name;
  out.domain_uuid = one.action.domain_uuid;
  out.node = one.action.node_name;
  out.node_uuid = one.action.node_uuid;
  out.step = model::describe(one.action.step);
  if (one.figures) {
    out.predicted_seconds = one.figures->predicted_total_seconds;
    out.predicted_downtime_seconds = one.figures->predicted_downtime_seconds;
  }
  out.preconditions = record::preconditions(one);
  out.since = one.since;
  out.expires = one.expires;
  out.json = record::to_line(record::json_of(one));
  return out;
}

RefusedRecommendation refused_of(const record::RefusedRecommendation& one) {
  return {.decision = one.decision,
          .rule = one.rule,
          .domain = one.domain,
          .domain_uuid = one.domain_uuid,
          .step = model::describe(one.step),
          .by = one.by,
          .reason = one.reason,
          .at = one.at,
          .until = one.until};
}

}  // namespace

Result<record::Recommendations> read_recommendations(Connection& connection) {
  const auto state = connection.redis().state();
  if (!state) return state.error();
  const auto found = state->find(record::kRecommendationsField);
  return record::recommendations_from_json(found == state->end() ? "" : found->second);
}

Result<Plan> read_plan(Connection& connection) {
  const auto all = read_recommendations(connection);
  if (!all) return all.error();
  Plan plan;
  for (const record::Recommendation& one : all->standing) plan.recommendations.push_back(recommendation_of(one));
  for (const record::RefusedRecommendation& one : all->refused) plan.refused.push_back(refused_of(one));
  return plan;
}

}  // namespace hotspot::client
