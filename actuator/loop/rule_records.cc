#include "actuator/loop/rule_records.h"

#include <optional>
#include <utility>
#include <vector>

#include "actuator/record/rule_state.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/store/condition_samples.h"

namespace hotspot::loop {
namespace {

using RecordedKind = record::RuleSubject::Kind;
using SampleRun = rules::ConditionSamples::Run;

RecordedKind recorded_kind(rules::SubjectKind kind) {
  switch (kind) {
    case rules::SubjectKind::kDomain:
      return RecordedKind::kDomain;
    case rules::SubjectKind::kNode:
      return RecordedKind::kNode;
    case rules::SubjectKind::kCluster:
      break;
  }
  return RecordedKind::kCluster;
}

rules::SubjectKind rules_kind(RecordedKind kind) {
  switch (kind) {
    case RecordedKind::kDomain:
      return rules::SubjectKind::kDomain;
    case RecordedKind::kNode:
      return rules::SubjectKind::kNode;
    case RecordedKind::kCluster:
      break;
  }
  return rules::SubjectKind::kCluster;
}

std::vector<record::RuleSamples> recorded_samples(const rules::ConditionSamples& samples) {
  std::vector<record::RuleSamples> all;
  for (const SampleRun& run : samples.runs()) {
    all.push_back({.first = {run.first.taken_at, run.first.seen_at}, .last = {}, .count = run.count, .held = run.held});
    if (run.last) all.back().last = record::RuleSamples::Times{run.last->taken_at, run.last->seen_at};
  }
  return all;
}

std::optional<rules::ConditionSamples> samples_of(const std::vector<record::RuleSamples>& recorded) {
  std::vector<SampleRun> runs;
  for (const record::RuleSamples& one : recorded) {
    runs.push_back(
        {.first = {one.first.taken_at, one.first.seen_at}, .last = {}, .count = one.count, .held = one.held});
    if (one.last) runs.back().last = SampleRun::Times{one.last->taken_at, one.last->seen_at};
  }
  return rules::ConditionSamples::from_runs(runs, record::kMostRuleSamples);
}

record::RuleSubject recorded_subject(rules::SavedSubject saved) {
  const rules::SubjectState& state = saved.state;
  return {.kind = recorded_kind(saved.subject.kind),
          .node_uuid = std::move(saved.subject.node_uuid),
          .domain_uuid = std::move(saved.subject.domain_uuid),
          .labels = std::move(saved.subject.labels),
          .value = state.value,
          .pending_since = state.pending_since,
          .first_sample_at = state.first_sample_at,
          .firing_since = state.firing_since,
          .last_held = state.last_held,
          .not_held_since = state.not_held_since,
          .last_sample = state.last_sample,
          .last_evaluation = state.last_evaluation,
          .measured = state.measured,
          .samples = recorded_samples(state.samples)};
}

// Empty: its samples cannot be.
std::optional<rules::SavedSubject> saved_subject(record::RuleSubject recorded) {
  auto samples = samples_of(recorded.samples);
  if (!samples) return std::nullopt;
  rules::SavedSubject saved;
  rules::SubjectState& state = saved.state;
  saved.subject = {.kind = rules_kind(recorded.kind),
                   .node_uuid = std::move(recorded.node_uuid),
                   .domain_uuid = std::move(recorded.domain_uuid),
                   .labels = std::move(recorded.labels)};
  state.phase = recorded.firing_since ? rules::Phase::kFiring : rules::Phase::kPending;
  state.is_known = true;
  state.fresh = false;  // until a sample has been seen
  state.value = recorded.value;
  state.pending_since = recorded.pending_since;
  state.first_sample_at = recorded.first_sample_at;
  state.firing_since = recorded.firing_since;
  state.last_held = recorded.last_held;
  state.not_held_since = recorded.not_held_since;
  state.last_sample = recorded.last_sample;
  state.last_evaluation = recorded.last_evaluation;
  state.measured = recorded.measured;
  state.samples = *std::move(samples);
  return saved;
}

}  // namespace

std::map<std::string, std::string> rule_fields(rules::SavedStates saved, const rules::NodeClocks& clocks) {
  std::vector<record::RuleState> all;
  for (auto& [identity, subjects] : saved) {
    record::RuleState& rule =
        all.emplace_back(record::RuleState{identity.name, identity.group, identity.expression, {}});
    rule.subjects.reserve(subjects.size());
    for (auto& [key, subject] : subjects) rule.subjects.push_back(recorded_subject(std::move(subject)));
  }
  record::NewestSamples newest;
  for (const auto& [uuid, clock] : clocks) newest[uuid] = {clock.taken_at, clock.observed_at};
  return record::rule_state_fields(all, newest);
}

Result<rules::SavedStates> saved_rules(const std::map<std::string, std::string>& fields) {
  auto read = record::rule_state_from(fields);
  if (!read) return read.error();
  rules::SavedStates all;
  for (record::RuleState& rule : *read) {
    auto& subjects = all[{rule.rule, rule.group, rule.expression}];
    for (record::RuleSubject& each : rule.subjects) {
      auto subject = saved_subject(std::move(each));
      if (!subject) return Error{"the saved state of rule '" + rule.rule + "' has samples that cannot be"};
      std::string key = subject->subject.key();
      subjects.insert_or_assign(std::move(key), *std::move(subject));
    }
  }
  return all;
}

}  // namespace hotspot::loop
