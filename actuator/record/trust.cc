#include "actuator/record/trust.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

constexpr std::size_t kMostRules = 1000, kMostMeasured = 5;
constexpr std::size_t kMostRead = 100'000;  // entries that are looked at
constexpr std::size_t kMostName = 1000, kMostSentence = 1000;
constexpr double kMostShare = 1e3;  // a demand may exceed what there is

nlohmann::json json_of(const std::string& rule, const RuleTrust& trust) {
  nlohmann::json newest = nlohmann::json::array();
  for (const MeasuredRelief& one : trust.newest)
    newest.push_back({{"action", one.action},
                      {"at_ms", to_unix_ms(one.at)},
                      {"predicted", one.predicted},
                      {"measured", one.measured},
                      {"subject", one.subject}});
  nlohmann::json object{{"rule", rule}, {"newest", std::move(newest)}, {"not_counted", trust.not_counted}};
  if (!trust.not_counted_why.empty()) object["not_counted_why"] = trust.not_counted_why;
  if (trust.lost_at) object["lost_at_ms"] = to_unix_ms(*trust.lost_at);
  if (trust.lost_at) object["lost_why"] = trust.lost_why;
  return object;
}

std::string sentence_in(const nlohmann::json& object, const char* name) {
  std::string text = text_in(object, name);
  if (text.size() > kMostSentence) text.resize(kMostSentence);
  return text;
}

std::vector<MeasuredRelief> measured_in(const nlohmann::json& object) {
  std::vector<MeasuredRelief> all;
  const nlohmann::json& list = list_in(object, "newest");
  for (std::size_t i = list.size() - std::min(list.size(), kMostMeasured); i < list.size(); ++i) {
    const auto at = ms_in(list[i], "at_ms");
    const auto predicted = number_in(list[i], "predicted"), measured = number_in(list[i], "measured");
    if (!at || !predicted || !measured || !(*predicted > 0 && *predicted <= kMostShare)) continue;
    if (!(std::abs(*measured) <= kMostShare)) continue;
    all.push_back({.action = sentence_in(list[i], "action"),
                   .at = *at,
                   .predicted = *predicted,
                   .measured = *measured,
                   .subject = sentence_in(list[i], "subject")});
  }
  return all;
}

// Whatever stands in the place of the time, it was written of a rule that has lost its right.
bool has_lost(const nlohmann::json& object) {
  const auto found = object.find("lost_at_ms");
  return found != object.end() && !found->is_null();
}

RuleTrust trust_in(const nlohmann::json& object) {
  RuleTrust trust{.newest = measured_in(object),
                  .not_counted = static_cast<std::uint64_t>(count_in(object, "not_counted")),
                  .not_counted_why = sentence_in(object, "not_counted_why"),
                  .lost_at = std::nullopt,
                  .lost_why = {}};
  if (!has_lost(object)) return trust;
  trust.lost_at = ms_in(object, "lost_at_ms").value_or(WallTime{});
  trust.lost_why = sentence_in(object, "lost_why");
  return trust;
}

// Calls `take` for the rules that have lost their right, then for the others.
template <typename All, typename Lost, typename Take>
void lost_first(const All& all, const Lost& lost, const Take& take) {
  for (const bool wanted : {true, false})
    for (const auto& one : all)
      if (lost(one) == wanted) take(one);
}

}  // namespace

std::string to_json(const Trusts& all) {
  if (all.empty()) return "";
  nlohmann::json list = nlohmann::json::array();
  lost_first(
      all, [](const auto& one) { return one.second.lost_at.has_value(); },
      [&](const auto& one) {
        if (list.size() < kMostRules) list.push_back(json_of(one.first, one.second));
      });
  return to_line(list);
}

Result<Trusts> trusts_from_json(std::string_view text) {
  Trusts all;
  if (text.empty()) return all;
  const nlohmann::json list = parse_json(text);
  if (!list.is_array() || list.size() > kMostRead) return Error{"what was measured of rules is no list of rules"};
  lost_first(
      list, [](const nlohmann::json& one) { return one.is_object() && has_lost(one); },
      [&](const nlohmann::json& one) {
        const std::string rule = text_in(one, "rule");
        if (rule.empty() || rule.size() > kMostName || all.size() == kMostRules) return;
        all.try_emplace(rule, trust_in(one));
      });
  return all;
}

}  // namespace hotspot::record
