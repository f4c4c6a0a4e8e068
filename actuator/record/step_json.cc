#include "actuator/record/step_json.h"

#include <type_traits>
#include <utility>

#include "actuator/record/json_fields.h"

namespace hotspot::record {
namespace {

template <typename Kind>
using Of = std::type_identity<Kind>;

// What is not limited is not there.
void add_limit(nlohmann::json& out, const char* name, const std::optional<std::int64_t>& value) {
  if (value) out[name] = *value;
}

nlohmann::json limit_json(const model::DiskLimit& limit) {
  nlohmann::json out = nlohmann::json::object();
  add_limit(out, "total_bytes_per_second", limit.total_bytes_per_second);
  add_limit(out, "read_bytes_per_second", limit.read_bytes_per_second);
  add_limit(out, "write_bytes_per_second", limit.write_bytes_per_second);
  add_limit(out, "total_ops_per_second", limit.total_ops_per_second);
  add_limit(out, "read_ops_per_second", limit.read_ops_per_second);
  add_limit(out, "write_ops_per_second", limit.write_ops_per_second);
  return out;
}

nlohmann::json limit_json(const model::NetworkLimit& limit) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [name, flow] : {std::pair{"receive", limit.receive}, std::pair{"transmit", limit.transmit}}) {
    if (!flow) continue;
    nlohmann::json one{{"average_bytes_per_second", flow->average_bytes_per_second}};
    add_limit(one, "peak_bytes_per_second", flow->peak_bytes_per_second);
    add_limit(one, "burst_bytes", flow->burst_bytes);
    out[name] = std::move(one);
  }
  return out;
}

// A limit that is mistyped would be no limit at all: then there is no step.
bool all_are_integers(const nlohmann::json& object) {
  for (const auto& [name, value] : object.items())
    if (!value.is_number_integer()) return false;
  return object.is_object();
}

std::optional<model::DiskLimit> limit_from(const nlohmann::json& to, Of<model::DiskLimit>) {
  if (!all_are_integers(to)) return std::nullopt;
  return model::DiskLimit{integer_in(to, "total_bytes_per_second"), integer_in(to, "read_bytes_per_second"),
                          integer_in(to, "write_bytes_per_second"), integer_in(to, "total_ops_per_second"),
                          integer_in(to, "read_ops_per_second"),    integer_in(to, "write_ops_per_second")};
}

std::optional<model::NetworkLimit> limit_from(const nlohmann::json& to, Of<model::NetworkLimit>) {
  if (!to.is_object()) return std::nullopt;
  model::NetworkLimit limit;
  for (const auto& [name, way] : {std::pair{"receive", &limit.receive}, std::pair{"transmit", &limit.transmit}}) {
    if (!to.contains(name)) continue;
    const nlohmann::json& flow = to.at(name);
    const auto average = integer_in(flow, "average_bytes_per_second");
    if (!average || !all_are_integers(flow)) return std::nullopt;
    *way = model::Flow{*average, integer_in(flow, "peak_bytes_per_second"), integer_in(flow, "burst_bytes")};
  }
  return limit;
}

// The value of a field, by its type; absent or mistyped: none.

std::optional<int> value_in(const nlohmann::json& step, const char* name, Of<int>) {
  return small_integer_in(step, name);
}
std::optional<std::int64_t> value_in(const nlohmann::json& step, const char* name, Of<std::int64_t>) {
  return integer_in(step, name);
}
std::optional<bool> value_in(const nlohmann::json& step, const char* name, Of<bool>) { return flag_in(step, name); }
std::optional<std::string> value_in(const nlohmann::json& step, const char* name, Of<std::string>) {
  std::string text = text_in(step, name);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}
std::optional<std::vector<std::string>> value_in(const nlohmann::json& step, const char* name,
                                                 Of<std::vector<std::string>>) {
  return texts_in(step, name);
}
template <typename Limit>
requires requires(Limit limit) { limit_json(limit); }
std::optional<Limit> value_in(const nlohmann::json& step, const char* name, Of<Limit> of) {
  const auto found = step.find(name);
  return found == step.end() ? std::nullopt : limit_from(*found, of);
}

template <typename Value>
nlohmann::json value_json(const Value& value) {
  if constexpr (requires { limit_json(value); })
    return limit_json(value);
  else
    return value;
}

}  // namespace

nlohmann::json step_json(const model::Step& step) {
  nlohmann::json out{{"kind", model::step_name(step)}};
  model::for_each_field(step, [&out]<typename Value>(const char* name, const Value& value, model::FieldUse use) {
    if (use != model::FieldUse::kIfSet || value != Value{}) out[name] = value_json(value);
  });
  return out;
}

std::optional<model::Step> step_from_json(const nlohmann::json& step) {
  if (!step.is_object()) return std::nullopt;
  std::optional<model::Step> found = model::step_named(text_in(step, "kind"));
  if (!found) return std::nullopt;
  bool is_complete = true;
  model::for_each_field(*found, [&]<typename Value>(const char* name, Value& place, model::FieldUse use) {
    auto value = value_in(step, name, Of<Value>{});
    if (value) place = std::move(*value);
    is_complete = is_complete && (value || use != model::FieldUse::kRequired);
  });
  return is_complete ? found : std::nullopt;
}

}  // namespace hotspot::record
