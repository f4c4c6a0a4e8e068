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

// For each kind of step: its members, and the step from them. A kind without both does not compile.

void add_members(nlohmann::json& out, const model::SetVcpus& step) {
  out.update({{"from", step.from}, {"to", step.to}, {"persistent", step.persistent}});
}
std::optional<model::SetVcpus> members_from(const nlohmann::json& step, Of<model::SetVcpus>) {
  const auto from = small_integer_in(step, "from"), to = small_integer_in(step, "to");
  if (!from || !to) return std::nullopt;
  return model::SetVcpus{*from, *to, flag_in(step, "persistent")};
}

template <typename Kind>
requires requires(Kind kind) { kind.from_bytes; }
void add_members(nlohmann::json& out, const Kind& step) {  // all that change memory
  if constexpr (requires { step.device; }) out["device"] = step.device;
  out.update({{"from_bytes", step.from_bytes}, {"to_bytes", step.to_bytes}, {"persistent", step.persistent}});
}
template <typename Kind>
requires requires(Kind kind) { kind.from_bytes; }
std::optional<Kind> members_from(const nlohmann::json& step, Of<Kind>) {
  const auto from = integer_in(step, "from_bytes"), to = integer_in(step, "to_bytes");
  if (!from || !to) return std::nullopt;
  Kind kind;
  kind.from_bytes = *from;
  kind.to_bytes = *to;
  kind.persistent = flag_in(step, "persistent");
  if constexpr (requires { kind.device; }) {
    kind.device = text_in(step, "device");
    if (kind.device.empty()) return std::nullopt;
  }
  return kind;
}

void add_members(nlohmann::json& out, const model::SetCpuCap& step) { out["to_percent"] = step.to_percent; }
std::optional<model::SetCpuCap> members_from(const nlohmann::json& step, Of<model::SetCpuCap>) {
  const auto to = small_integer_in(step, "to_percent");
  return to ? std::optional(model::SetCpuCap{*to}) : std::nullopt;
}

void add_members(nlohmann::json& out, const model::SetCpuShares& step) { out["to"] = step.to; }
std::optional<model::SetCpuShares> members_from(const nlohmann::json& step, Of<model::SetCpuShares>) {
  const auto to = small_integer_in(step, "to");
  return to ? std::optional(model::SetCpuShares{*to}) : std::nullopt;
}

template <typename Kind>
requires requires(Kind kind) { limit_json(kind.to); }
void add_members(nlohmann::json& out, const Kind& step) {  // limits of disks and interfaces
  out.update({{"device", step.device}, {"to", limit_json(step.to)}});
}
template <typename Kind>
requires requires(Kind kind) { limit_json(kind.to); }
std::optional<Kind> members_from(const nlohmann::json& step, Of<Kind>) {
  const auto to = step.find("to");
  if (to == step.end()) return std::nullopt;
  const auto limit = limit_from(*to, Of<decltype(Kind::to)>{});
  return limit ? std::optional(Kind{text_in(step, "device"), *limit}) : std::nullopt;
}

void add_members(nlohmann::json& out, const model::MigrateTo& step) {
  out.update({{"target_uuid", step.target_uuid}, {"target_name", step.target_name}, {"target_uri", step.target_uri}});
  if (!step.copied_disks.empty()) out["copied_disks"] = step.copied_disks;
  if (step.shared_by_statement) out["shared_by_statement"] = true;
}
std::optional<model::MigrateTo> members_from(const nlohmann::json& step, Of<model::MigrateTo>) {
  model::MigrateTo target{text_in(step, "target_uuid"), text_in(step, "target_name"), text_in(step, "target_uri"),
                          texts_in(step, "copied_disks"), flag_in(step, "shared_by_statement")};
  return target.target_uri.empty() ? std::nullopt : std::optional(target);
}

template <typename... Kinds>
std::optional<model::Step> any_from(const nlohmann::json& step, Of<std::variant<Kinds...>>) {
  const std::string kind = text_in(step, "kind");
  std::optional<model::Step> found;
  const auto try_kind = [&]<typename Kind>(Of<Kind> of) {
    if (kind != model::step_name(Kind{})) return;
    if (auto members = members_from(step, of)) found = std::move(*members);
  };
  (try_kind(Of<Kinds>{}), ...);
  return found;
}

}  // namespace

nlohmann::json step_json(const model::Step& step) {
  nlohmann::json out{{"kind", model::step_name(step)}};
  std::visit([&out](const auto& kind) { add_members(out, kind); }, step);
  return out;
}

std::optional<model::Step> step_from_json(const nlohmann::json& step) {
  if (!step.is_object()) return std::nullopt;
  return any_from(step, Of<model::Step>{});
}

}  // namespace hotspot::record
