#include "actuator/record/target_refusal.h"

#include <algorithm>
#include <utility>

#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

constexpr std::size_t kMostTargetRefusals = 1000;

}  // namespace

template <typename Archive>
void members(Archive& archive, As<Archive, TargetRefusal>& one) {
  archive("domain_uuid", one.domain_uuid);
  archive("domain", one.domain_name);
  archive("target_uuid", one.target_uuid);
  archive("target", one.target_name);
  archive("scope", one.scope);
  archive("reason", one.reason);
  archive("times", one.times);
  archive.unix_ms("at_ms", one.at);
  archive.unix_ms("until_ms", one.until);
  archive("facts", one.facts);
}

std::string to_json(const std::vector<TargetRefusal>& all) {
  if (all.empty()) return "";
  const auto count = static_cast<std::ptrdiff_t>(std::min(all.size(), kMostTargetRefusals));
  return to_line(MemberWriter::written(std::vector<TargetRefusal>(all.begin(), all.begin() + count)));
}

Result<std::vector<TargetRefusal>> target_refusals_from_json(std::string_view text) {
  std::vector<TargetRefusal> all;
  if (text.empty()) return all;
  const nlohmann::json list = parse_json(text);
  if (!list.is_array()) return Error{"what targets refused is no list"};
  for (const nlohmann::json& object : list) {
    if (all.size() == kMostTargetRefusals) break;
    TargetRefusal one;
    one.times = 0;  // it has to be there
    if (const std::string wrong = MemberReader::read(object, one); !wrong.empty())
      return Error{"what targets refused is not understood: " + std::to_string(all.size()) + wrong};
    if (one.times < 1 || one.domain_uuid.empty()) return Error{"what a target refused is incomplete"};
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace hotspot::record
