#include "actuator/record/ordered_json.h"

#include <utility>

#include "actuator/record/json_fields.h"

namespace hotspot::record {
namespace {

constexpr std::size_t kMostEffects = 10;

nlohmann::json number_or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

}  // namespace

nlohmann::json json_of(const Ordered& ordered) {
  nlohmann::json elsewhere = nlohmann::json::array();
  for (const Ordered::Elsewhere& one : ordered.elsewhere) elsewhere.push_back({{"node", one.node}, {"why", one.why}});
  return {{"domain", ordered.domain},
          {"domain_uuid", ordered.domain_uuid},
          {"node", ordered.node},
          {"step", ordered.step},
          {"target", ordered.target},
          {"action", ordered.action},
          {"decision", ordered.decision},
          {"undo", ordered.undo},
          {"refusal", ordered.refusal},
          {"dry_run", ordered.dry_run},
          {"predicted_seconds", number_or_null(ordered.seconds)},
          {"predicted_downtime_seconds", number_or_null(ordered.downtime_seconds)},
          {"elsewhere", std::move(elsewhere)},
          {"more_elsewhere", ordered.more_elsewhere},
          {"effects", ordered.effects}};
}

Ordered ordered_from_json(const nlohmann::json& object) {
  Ordered ordered;
  for (const auto& [name, member] : {std::pair{"domain", &Ordered::domain},
                                     {"domain_uuid", &Ordered::domain_uuid},
                                     {"node", &Ordered::node},
                                     {"step", &Ordered::step},
                                     {"target", &Ordered::target},
                                     {"action", &Ordered::action},
                                     {"decision", &Ordered::decision},
                                     {"undo", &Ordered::undo},
                                     {"refusal", &Ordered::refusal}})
    ordered.*member = text_in(object, name);
  ordered.dry_run = flag_in(object, "dry_run");
  ordered.seconds = number_in(object, "predicted_seconds");
  ordered.downtime_seconds = number_in(object, "predicted_downtime_seconds");
  for (const nlohmann::json& one : list_in(object, "elsewhere"))
    if (one.is_object() && ordered.elsewhere.size() < kMostElsewhere)
      ordered.elsewhere.push_back({text_in(one, "node"), text_in(one, "why")});
  ordered.more_elsewhere = static_cast<std::size_t>(count_in(object, "more_elsewhere"));
  ordered.effects = texts_in(object, "effects");
  if (ordered.effects.size() > kMostEffects) ordered.effects.resize(kMostEffects);
  return ordered;
}

}  // namespace hotspot::record
