#include "actuator/record/recommendation.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>

#include "actuator/record/action_json.h"
#include "actuator/record/action_members.h"
#include "actuator/record/decision_members.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"
#include "actuator/record/step_json.h"

namespace hotspot::record {
namespace {

constexpr std::size_t kMostRecommendationBytes = 16u << 20;
constexpr std::size_t kMostLookedAt = 10'000;  // entries that are looked at
constexpr std::size_t kMostRefused = 500;

// The first of them, those that can be read.
template <typename T, typename Read>
std::vector<T> read_all(const nlohmann::json& list, std::size_t most, const Read& read) {
  std::vector<T> all;
  std::size_t looked_at = 0;
  for (const nlohmann::json& object : list) {
    if (++looked_at > kMostLookedAt || all.size() == most) break;
    if (auto one = read(object)) all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace

// All but the action.
template <typename Archive>
void members(Archive& archive, As<Archive, Recommendation>& one) {
  archive("decision", one.decision);
  archive("rule", one.rule);
  archive("subject", one.subject);
  archive("subject_key", one.subject_key);
  archive("mode", one.mode);
  archive("sentence", one.sentence);
  archive.if_known("figures", one.figures);
  archive("effects", one.effects);
  archive.if_known("score_before", one.score_before);
  archive.if_known("score_after", one.score_after);
  archive.if_known("seconds", one.seconds);
  archive("since", one.since);
  archive("expires", one.expires);
}

template <typename Archive>
void members(Archive& archive, As<Archive, EndedRecommendation>& one) {
  archive("decision", one.decision);
  archive("how", one.how);
  archive("why", one.why);
  archive("at", one.at);
}

// All but the step.
template <typename Archive>
void members(Archive& archive, As<Archive, RefusedRecommendation>& one) {
  archive("decision", one.decision);
  archive("rule", one.rule);
  archive("domain", one.domain);
  archive("domain_uuid", one.domain_uuid);
  archive("by", one.by);
  archive("reason", one.reason);
  archive("at", one.at);
  archive("until", one.until);
}

namespace {

std::optional<Recommendation> standing_from(const nlohmann::json& object) {
  Recommendation one;
  TolerantReader::read(object, one);
  auto action = action_from_json(object_in(object, "action"));
  if (!action || one.decision.empty() || one.rule.empty() || one.expires <= one.since) return std::nullopt;
  one.action = *std::move(action);
  return one;
}

std::optional<EndedRecommendation> ended_from(const nlohmann::json& object) {
  EndedRecommendation one;
  TolerantReader::read(object, one);
  return one.decision.empty() ? std::nullopt : std::optional(std::move(one));
}

std::optional<RefusedRecommendation> refused_from(const nlohmann::json& object) {
  RefusedRecommendation one;
  TolerantReader::read(object, one);
  auto step = step_from_json(object_in(object, "step"));
  if (!step || one.rule.empty() || one.domain_uuid.empty()) return std::nullopt;
  one.step = *std::move(step);
  return one;
}

}  // namespace

std::string to_json(const Recommendations& all) {
  if (all == Recommendations{}) return "";
  nlohmann::json standing = nlohmann::json::array(), refused = nlohmann::json::array();
  for (const Recommendation& one : all.standing) {
    standing.push_back(MemberWriter::written(one));
    standing.back()["action"] = action_json(one.action);
  }
  for (const RefusedRecommendation& one : all.refused) {
    refused.push_back(MemberWriter::written(one));
    refused.back()["step"] = step_json(one.step);
  }
  return to_line({{"standing", std::move(standing)},
                  {"ended", MemberWriter::written(all.ended)},
                  {"refused", std::move(refused)}});
}

Result<Recommendations> recommendations_from_json(std::string_view text) {
  Recommendations all;
  if (text.empty()) return all;
  if (text.size() > kMostRecommendationBytes) return Error{"the recommendations are longer than 16 MiB"};
  const nlohmann::json object = parse_json(text);
  if (!object.is_object()) return Error{"the recommendations are not a JSON object, or are nested too deep"};
  all.standing = read_all<Recommendation>(list_in(object, "standing"), kMostStanding, standing_from);
  all.ended = read_all<EndedRecommendation>(list_in(object, "ended"), kMostEnded, ended_from);
  all.refused = read_all<RefusedRecommendation>(list_in(object, "refused"), kMostRefused, refused_from);
  return all;
}

std::vector<std::string> preconditions(const Recommendation& one) {
  const model::Action& action = one.action;
  std::vector<std::string> all{one.rule + " still fires on " + one.subject,
                               action.domain_name + " runs on " + action.node_name};
  const model::StepEnds ends = model::ends(action.step);
  if (ends.before) {
    const auto* number = std::get_if<std::int64_t>(&*ends.before);
    const auto* word = std::get_if<std::string>(&*ends.before);
    all.push_back("its " + std::string(ends.measure) + " are " +
                  (number != nullptr ? std::to_string(*number)
                   : word != nullptr ? *word
                                     : ""));
  }
  if (const auto* move = std::get_if<model::MigrateTo>(&action.step))
    all.push_back(move->target_name + " can take it, by all that is asked of a target");
  all.push_back("the mode is not observe; no hold, pause, window, cooldown or limit forbids it");
  return all;
}

nlohmann::json json_of(const Recommendation& one) {
  nlohmann::json json = MemberWriter::written(one);
  json["action"] = MemberWriter::written(decided(one.action));
  json["preconditions"] = preconditions(one);
  return json;
}

nlohmann::json json_of(const RefusedRecommendation& one) {
  nlohmann::json json = MemberWriter::written(one);
  json["step"] = model::describe(one.step);
  return json;
}

}  // namespace hotspot::record
