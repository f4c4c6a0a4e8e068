#include "actuator/record/cooldown.h"

#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

constexpr int kMostRepetitions = 1'000'000'000;  // they are counted on

}  // namespace

template <typename Archive>
void members(Archive& archive, As<Archive, Cooldown>& one) {
  archive.unix_ms("until_ms", one.until);
  archive.unix_ms("until_growth_ms", one.until_growth);
  archive.unix_ms("until_drain_ms", one.until_drain);
  archive("repetitions", one.repetitions);
  archive.unix_ms("last_action_ms", one.last_action);
}

std::string to_json(const Cooldowns& cooldowns) {
  return cooldowns.empty() ? "" : to_line(MemberWriter::written(cooldowns));
}

Result<Cooldowns> cooldowns_from_json(std::string_view text) {
  Cooldowns cooldowns;
  if (text.empty()) return cooldowns;
  const nlohmann::json object = parse_json(text);
  if (!object.is_object()) return Error{"it is not a JSON object, or is nested too deep"};
  if (const std::string wrong = MemberReader::read(object, cooldowns); !wrong.empty()) return Error{wrong.substr(1)};
  for (const auto& [uuid, one] : cooldowns)
    if (one.repetitions < 0 || one.repetitions > kMostRepetitions) return Error{uuid + ".repetitions is out of range"};
  return cooldowns;
}

}  // namespace hotspot::record
