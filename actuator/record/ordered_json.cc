#include "actuator/record/ordered_json.h"

#include <utility>

#include "actuator/record/json_fields.h"

namespace hotspot::record {
namespace {

constexpr std::size_t kMostEffects = 10;

nlohmann::json number_or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

std::optional<double> number_of(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
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
  if (!object.is_object()) return ordered;
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
  const auto dry = object.find("dry_run");
  ordered.dry_run = dry != object.end() && dry->is_boolean() && dry->get<bool>();
  ordered.seconds = number_of(object, "predicted_seconds");
  ordered.downtime_seconds = number_of(object, "predicted_downtime_seconds");
  if (const auto all = object.find("elsewhere"); all != object.end() && all->is_array())
    for (const nlohmann::json& one : *all)
      if (one.is_object() && ordered.elsewhere.size() < kMostElsewhere)
        ordered.elsewhere.push_back({text_in(one, "node"), text_in(one, "why")});
  const auto more = object.find("more_elsewhere");
  if (more != object.end() && more->is_number_unsigned()) ordered.more_elsewhere = more->get<std::size_t>();
  if (const auto all = object.find("effects"); all != object.end() && all->is_array())
    for (const nlohmann::json& line : *all)
      if (line.is_string() && ordered.effects.size() < kMostEffects) ordered.effects.push_back(line.get<std::string>());
  return ordered;
}

}  // namespace hotspot::record
