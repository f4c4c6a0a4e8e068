#include "actuator/io/redis/journal_codec.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "actuator/record/json_text.h"

namespace hotspot::io {
namespace {

using nlohmann::json;

// What is not limited is not there.
void add(json& out, const char* name, const std::optional<std::int64_t>& value) {
  if (value) out[name] = *value;
}

json to_json(const model::DiskLimit& limit) {
  json out = json::object();
  add(out, "total_bytes_per_second", limit.total_bytes_per_second);
  add(out, "read_bytes_per_second", limit.read_bytes_per_second);
  add(out, "write_bytes_per_second", limit.write_bytes_per_second);
  add(out, "total_ops_per_second", limit.total_ops_per_second);
  add(out, "read_ops_per_second", limit.read_ops_per_second);
  add(out, "write_ops_per_second", limit.write_ops_per_second);
  return out;
}

json to_json(const model::NetworkLimit& limit) {
  json out = json::object();
  for (const auto& [name, flow] : {std::pair{"receive", limit.receive}, std::pair{"transmit", limit.transmit}}) {
    if (!flow) continue;
    json one{{"average_bytes_per_second", flow->average_bytes_per_second}};
    add(one, "peak_bytes_per_second", flow->peak_bytes_per_second);
    add(one, "burst_bytes", flow->burst_bytes);
    out[name] = std::move(one);
  }
  return out;
}

json to_json(const model::Step& step) {
  json out{{"kind", model::step_name(step)}};
  std::visit(
      [&out](const auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, model::SetVcpus>) {
          out["from"] = kind.from;
          out["to"] = kind.to;
          out["persistent"] = kind.persistent;
        } else if constexpr (std::is_same_v<Kind, model::SetBalloon>) {
          out["from_bytes"] = kind.from_bytes;
          out["to_bytes"] = kind.to_bytes;
          out["persistent"] = kind.persistent;
        } else if constexpr (std::is_same_v<Kind, model::SetVirtioMem> || std::is_same_v<Kind, model::PlugDimm>) {
          if constexpr (std::is_same_v<Kind, model::SetVirtioMem>) out["device"] = kind.device;
          out["from_bytes"] = kind.from_bytes;
          out["to_bytes"] = kind.to_bytes;
          out["persistent"] = kind.persistent;
        } else if constexpr (std::is_same_v<Kind, model::SetDiskLimit> ||
                             std::is_same_v<Kind, model::SetNetworkLimit>) {
          out["device"] = kind.device;
          out["to"] = to_json(kind.to);
        } else if constexpr (std::is_same_v<Kind, model::SetCpuCap>) {
          out["to_percent"] = kind.to_percent;
        } else if constexpr (std::is_same_v<Kind, model::SetCpuShares>) {
          out["to"] = kind.to;
        } else {
          out["target_uuid"] = kind.target_uuid;
          out["target_name"] = kind.target_name;
          out["target_uri"] = kind.target_uri;
          if (!kind.copied_disks.empty()) out["copied_disks"] = kind.copied_disks;
          if (kind.shared_by_statement) out["shared_by_statement"] = true;
        }
      },
      step);
  return out;
}

json to_json(const model::Action& action) {
  return {{"id", action.id},
          {"domain_uuid", action.domain_uuid},
          {"domain_name", action.domain_name},
          {"node_uuid", action.node_uuid},
          {"node_name", action.node_name},
          {"node_uri", action.node_uri},
          {"step", to_json(action.step)},
          {"rule", action.rule},
          {"decision_id", action.decision_id},
          {"reason", action.reason},
          {"planned_at_ms", to_unix_ms(action.planned_at)},
          {"first_sample_at_ms", to_unix_ms(action.first_sample_at)},
          {"cooldown_ms", action.cooldown.count()},
          {"undoes", action.undoes},
          {"expected", action.expected}};
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t number_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::optional<int> int_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  const auto number = found->get<std::int64_t>();
  if (number < 0 || number > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(number);
}

bool flag_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::optional<std::int64_t> bytes_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

// A limit that is mistyped would be no limit at all: then there is no step.
bool is_limit(const json& object) {
  for (const auto& [name, value] : object.items()) {
    if (value.is_object() ? !is_limit(value) : !value.is_number_integer()) return false;
  }
  return object.is_object();
}

model::DiskLimit disk_limit_from(const json& object) {
  return {bytes_of(object, "total_bytes_per_second"), bytes_of(object, "read_bytes_per_second"),
          bytes_of(object, "write_bytes_per_second"), bytes_of(object, "total_ops_per_second"),
          bytes_of(object, "read_ops_per_second"),    bytes_of(object, "write_ops_per_second")};
}

std::optional<model::Flow> flow_from(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  return model::Flow{bytes_of(*found, "average_bytes_per_second").value_or(0),
                     bytes_of(*found, "peak_bytes_per_second"), bytes_of(*found, "burst_bytes")};
}

std::optional<model::Step> limit_from(const json& step, const std::string& kind) {
  const auto to = step.find("to");
  if (to == step.end() || !is_limit(*to)) return std::nullopt;
  if (kind == model::step_name(model::SetDiskLimit{}))
    return model::SetDiskLimit{text_of(step, "device"), disk_limit_from(*to)};
  return model::SetNetworkLimit{text_of(step, "device"), {flow_from(*to, "receive"), flow_from(*to, "transmit")}};
}

std::vector<std::string> texts_of(const json& object, const char* name) {
  std::vector<std::string> texts;
  if (const auto found = object.find(name); found != object.end() && found->is_array())
    for (const json& one : *found)
      if (one.is_string()) texts.push_back(one.get<std::string>());
  return texts;
}

// A step is acted upon after a takeover: nothing in it is guessed.
std::optional<model::Step> step_from(const json& action) {
  const auto step = action.find("step");
  if (step == action.end() || !step->is_object()) return std::nullopt;
  const std::string kind = text_of(*step, "kind");
  if (kind == model::step_name(model::SetVcpus{})) {
    const auto from = int_of(*step, "from"), to = int_of(*step, "to");
    if (from && to) return model::SetVcpus{*from, *to, flag_of(*step, "persistent")};
  } else if (kind == model::step_name(model::SetBalloon{})) {
    const auto from = bytes_of(*step, "from_bytes"), to = bytes_of(*step, "to_bytes");
    if (from && to) return model::SetBalloon{*from, *to, flag_of(*step, "persistent")};
  } else if (kind == model::step_name(model::SetCpuCap{})) {
    if (const auto to = int_of(*step, "to_percent")) return model::SetCpuCap{*to};
  } else if (kind == model::step_name(model::SetCpuShares{})) {
    if (const auto to = int_of(*step, "to")) return model::SetCpuShares{*to};
  } else if (kind == model::step_name(model::SetDiskLimit{}) || kind == model::step_name(model::SetNetworkLimit{})) {
    return limit_from(*step, kind);
  } else if (kind == model::step_name(model::SetVirtioMem{})) {
    const auto from = bytes_of(*step, "from_bytes"), to = bytes_of(*step, "to_bytes");
    if (const std::string device = text_of(*step, "device"); from && to && !device.empty())
      return model::SetVirtioMem{device, *from, *to, flag_of(*step, "persistent")};
  } else if (kind == model::step_name(model::PlugDimm{})) {
    const auto from = bytes_of(*step, "from_bytes"), to = bytes_of(*step, "to_bytes");
    if (from && to) return model::PlugDimm{*from, *to, flag_of(*step, "persistent")};
  } else if (kind == model::step_name(model::MigrateTo{})) {
    model::MigrateTo target{text_of(*step, "target_uuid"), text_of(*step, "target_name"), text_of(*step, "target_uri"),
                            texts_of(*step, "copied_disks"), flag_of(*step, "shared_by_statement")};
    if (!target.target_uri.empty()) return target;
  }
  return std::nullopt;
}

std::map<std::string, double> figures_of(const json& object, const char* name) {
  std::map<std::string, double> figures;
  if (const auto found = object.find(name); found != object.end() && found->is_object())
    for (const auto& [key, value] : found->items())
      if (value.is_number()) figures[key] = value.get<double>();
  return figures;
}

std::optional<model::Action> action_from(const json& body) {
  const auto found = body.find("action");
  if (found == body.end() || !found->is_object()) return std::nullopt;
  const auto step = step_from(*found);
  model::Action action;
  action.id = text_of(*found, "id");
  action.domain_uuid = text_of(*found, "domain_uuid");
  if (!step || action.id.empty() || action.domain_uuid.empty()) return std::nullopt;
  action.step = *step;
  action.domain_name = text_of(*found, "domain_name");
  action.node_uuid = text_of(*found, "node_uuid");
  action.node_name = text_of(*found, "node_name");
  action.node_uri = text_of(*found, "node_uri");
  action.rule = text_of(*found, "rule");
  action.decision_id = text_of(*found, "decision_id");
  action.reason = text_of(*found, "reason");
  action.planned_at = from_unix_ms(number_of(*found, "planned_at_ms"));
  action.first_sample_at = from_unix_ms(number_of(*found, "first_sample_at_ms"));
  action.cooldown = Milliseconds(number_of(*found, "cooldown_ms"));
  action.undoes = text_of(*found, "undoes");
  action.expected = figures_of(*found, "expected");
  return action;
}

}  // namespace

std::string encode_entry(const ports::JournalEntry& entry) {
  const json body{{"action", to_json(entry.action)}, {"state", model::to_string(entry.state)},
                  {"at_ms", to_unix_ms(entry.at)},   {"token", entry.token},
                  {"message", entry.message},        {"figures", entry.figures}};
  // libvirt's words may be in any encoding: what is not UTF-8 is replaced.
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<ports::JournalEntry> decode_entry(std::string_view text) {
  const json body = record::parse_json(text);
  if (!body.is_object()) return Error{"a journal entry is not a JSON object"};
  auto action = action_from(body);
  if (!action) return Error{"a journal entry has no action with an id, a domain UUID and a step that we know"};
  const auto state = model::action_state_from_string(text_of(body, "state"));
  if (!state) return Error{"the journal entry of action " + action->id + " has no state that we know"};
  ports::JournalEntry entry;
  entry.action = std::move(*action);
  entry.state = *state;
  entry.at = from_unix_ms(number_of(body, "at_ms"));
  entry.token = number_of(body, "token");
  entry.message = text_of(body, "message");
  entry.figures = figures_of(body, "figures");
  return entry;
}

}  // namespace hotspot::io
