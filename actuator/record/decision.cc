#include "actuator/record/decision.h"

#include <algorithm>
#include <array>
#include <utility>

#include "actuator/record/action_members.h"
#include "actuator/record/decision_members.h"
#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

constexpr std::array<std::pair<DecisionKind, const char*>, 6> kDecisionWords{{
    {DecisionKind::kAct, "act"},
    {DecisionKind::kRecommend, "recommend"},
    {DecisionKind::kNothing, "nothing"},
    {DecisionKind::kResolved, "resolved"},
    {DecisionKind::kChangedByOthers, "changed_by_others"},
    {DecisionKind::kShrinkFailed, "shrink_failed"},
}};

}  // namespace

template <typename Archive>
void members(Archive& archive, As<Archive, Considered>& one) {
  archive("remedy", one.remedy);
  archive("domain", one.domain);
  archive("target", one.target);
  archive("refusal", one.refusal);
  archive("message", one.message);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Alternative>& one) {
  archive("domain", one.domain);
  archive("target", one.target);
  archive("cpu_ratio", one.cpu_ratio);
  archive("memory_used_ratio", one.memory_used_ratio);
  archive("total_seconds", one.total_seconds);
  archive("downtime_seconds", one.downtime_seconds);
  archive("cures", one.cures);
}

template <typename Archive>
void members(Archive& archive, As<Archive, Conclusion>& one) {
  archive("expression", one.expression);
  archive("value", one.value);
  archive("measured_at", one.measured_at);
  archive("held", one.held);
  archive("mode", one.mode);
  archive("action", one.action);
  archive("figures", one.figures);
  archive("considered", one.considered);
  archive("more_refused", one.more_refused);
  archive("alternatives", one.alternatives);
  archive("more_alternatives", one.more_alternatives);
  archive("effects", one.effects);
  archive.if_known("input_sha256", one.input_sha256);
  archive.if_known("input_not_stored", one.input_not_stored);
}

template <typename Archive>
void members(Archive& archive, As<Archive, EndedFiring>& one) {
  archive("node", one.node);
  archive("node_uuid", one.node_uuid);
  archive("domain", one.domain);
  archive("domain_uuid", one.domain_uuid);
  archive("firing_since", one.firing_since);
}

// The members of what it is about stand beside its own.
template <typename Archive>
void members(Archive& archive, As<Archive, Decision>& one) {
  archive("id", one.id);
  archive("at", one.at);
  archive("rule", one.rule);
  archive("subject", one.subject);
  archive.if_known("subject_key", one.subject_key);
  archive("outcome", one.outcome);
  archive("sentence", one.sentence);
  archive("explanation", one.explanation);
  if constexpr (Archive::kReads) {
    const DecisionKind kind = one.kind();
    if (kind == DecisionKind::kAct || kind == DecisionKind::kRecommend || kind == DecisionKind::kNothing)
      one.about.template emplace<Conclusion>();
    if (kind == DecisionKind::kResolved) one.about.template emplace<EndedFiring>();
  }
  if (auto* conclusion = std::get_if<Conclusion>(&one.about)) members(archive, *conclusion);
  if (auto* ended = std::get_if<EndedFiring>(&one.about)) members(archive, *ended);
}

const char* to_string(DecisionKind kind) {
  for (const auto& [known, word] : kDecisionWords)
    if (known == kind) return word;
  return "";
}

DecisionKind Decision::kind() const {
  for (const auto& [kind, word] : kDecisionWords)
    if (outcome == word) return kind;
  return DecisionKind::kOther;
}

std::string to_json(const Decision& decision) { return to_line(MemberWriter::written(decision)); }

Result<Decision> decision_from_json(std::string_view text) {
  if (text.size() > kMostDecisionBytes) return Error{"the decision is longer than 256 KiB"};
  const nlohmann::json object = parse_json(text);
  if (!object.is_object()) return Error{"the decision is not a JSON object, or is nested too deep"};
  Decision decision;
  TolerantReader::read(object, decision);
  return decision;
}

}  // namespace hotspot::record
