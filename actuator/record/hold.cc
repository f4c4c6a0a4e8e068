#include "actuator/record/hold.h"

#include <utility>

#include "actuator/record/hold_members.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

// As `state` has them; the status has its own form, with times in seconds.
struct StoredHold : Hold {};
struct StoredHolds {
  std::vector<StoredHold> holds;
  std::optional<int> last_number;
};

constexpr int kMostHolds = 1'000'000'000;  // in all: they are numbered on

// Without these it is not known what is held.
std::string missing_in(const Hold& hold) {
  if (hold.id.empty()) return "a hold has no id";
  if (hold.on != "domain" && hold.on != "node" && hold.on != "rule" && hold.on != "cluster")
    return "hold " + hold.id + " is on '" + hold.on + "', which is not known";
  if (hold.on != "cluster" && hold.name.empty()) return "hold " + hold.id + " names no " + hold.on;
  return "";
}

}  // namespace

template <typename Archive>
void members(Archive& archive, As<Archive, StoredHold>& one) {
  members_but_times(archive, one);
  archive.unix_ms("since_ms", one.since);
  archive.unix_ms("until_ms", one.until);
  archive("for_a_time", one.for_a_time);
  archive.unix_ms("length_ms", one.length);
}

template <typename Archive>
void members(Archive& archive, As<Archive, StoredHolds>& all) {
  archive("last_number", all.last_number);
  archive("holds", all.holds);
}

std::string subject_of(const Hold& hold) { return hold.on == "cluster" ? "the cluster" : hold.on + " " + hold.name; }

std::string to_json(const Holds& holds) {
  StoredHolds stored{.holds = {}, .last_number = holds.last_number};
  for (const Hold& hold : holds.all) stored.holds.push_back({hold});
  return to_line(MemberWriter::written(stored));
}

Result<Holds> holds_from_json(std::string_view text) {
  Holds holds;
  if (text.empty()) return holds;
  const nlohmann::json object = parse_json(text);
  if (object.is_discarded()) return Error{"it is not JSON, or is nested too deep"};
  if (!object.is_object()) return Error{"it is not a JSON object"};
  StoredHolds stored;
  if (const std::string wrong = MemberReader::read(object, stored); !wrong.empty()) return Error{wrong.substr(1)};
  if (!stored.last_number || !object.contains("holds"))
    return Error{"the list of holds or their last number is missing"};
  if (*stored.last_number < 0 || *stored.last_number > kMostHolds) return Error{"last_number is out of range"};
  holds.last_number = *stored.last_number;
  for (StoredHold& hold : stored.holds) {
    if (std::string wrong = missing_in(hold); !wrong.empty()) return Error{std::move(wrong)};
    holds.all.push_back(std::move(hold));
  }
  return holds;
}

}  // namespace hotspot::record
