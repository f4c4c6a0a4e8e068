#include "actuator/record/rest.h"

#include <optional>
#include <utility>

#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

// As `state` has them; the status has its own form, with times in seconds.
struct StoredRest : Rest {};
struct StoredRests {
  std::map<std::string, StoredRest> rests;
  std::optional<WallTime> judged_until;
};

}  // namespace

template <typename Archive>
void members(Archive& archive, As<Archive, StoredRest>& one) {
  archive("domain", one.domain);
  archive("what", one.what);
  archive.unix_ms("at_ms", one.at);
  archive.unix_ms("until_ms", one.until);
}

template <typename Archive>
void members(Archive& archive, As<Archive, StoredRests>& all) {
  archive("rests", all.rests);
  archive.unix_ms("judged_until_ms", all.judged_until);
}

std::string to_json(const Rests& rests) {
  StoredRests stored{.rests = {}, .judged_until = rests.judged_until};
  for (const auto& [uuid, rest] : rests.all) stored.rests[uuid] = {rest};
  return to_line(MemberWriter::written(stored));
}

Result<Rests> rests_from_json(std::string_view text) {
  Rests rests;
  if (text.empty()) return rests;
  const nlohmann::json object = parse_json(text);
  if (object.is_discarded()) return Error{"it is not JSON, or is nested too deep"};
  if (!object.is_object()) return Error{"it is not a JSON object"};
  StoredRests stored;
  if (const std::string wrong = MemberReader::read(object, stored); !wrong.empty()) return Error{wrong.substr(1)};
  if (!stored.judged_until) return Error{"judged_until_ms is missing"};
  rests.judged_until = *stored.judged_until;
  for (auto& [uuid, rest] : stored.rests) rests.all[uuid] = std::move(rest);
  return rests;
}

}  // namespace hotspot::record
