// The state of one rule on one subject, and how a sample changes it.
//
// The complete semantics of `for`, `until`, `keep_firing_for` and k of n are here, one subject at a time; rule_pass.cc
// supplies the samples.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "actuator/rules/firing.h"
#include "actuator/rules/language/labels.h"
#include "actuator/rules/store/condition_samples.h"

namespace hotspot::rules {

// The result of one evaluation for one subject.
struct SubjectEvaluation {
  WallTime now{};
  WallTime taken_at{};      // of the newest sample
  Milliseconds max_gap{0};  // between two samples; after a longer gap, a pending subject starts anew
  bool is_new = true;       // the sample was not evaluated before
  bool fresh = true;        // recent enough to act upon; always true for series about the data themselves
  bool holds = false;
  bool off = false;  // `until` has a value for it
};

enum class Change { kNone, kBecamePending, kGone, kResolved };

struct SubjectState {
  std::uint32_t subject = 0;             // its number in Subjects
  std::uint32_t node = 0;                // where it was last seen, its number in Nodes; kNoId: nowhere
  std::shared_ptr<const Labels> labels;  // of the value at which the condition held; null: the subject's own
  Phase phase = Phase::kPending;
  bool is_known = false;  // false: just created, not evaluated yet
  bool in_view = false;   // the newest evaluation had data for it
  bool fresh = true;      // those data are recent enough to act upon
  double value = 0;
  WallTime pending_since{};
  WallTime first_sample_at{};
  std::optional<WallTime> firing_since;
  WallTime last_held{};
  std::optional<WallTime> not_held_since;  // while firing: when the condition first failed
  WallTime last_sample{};                  // taken_at of the newest evaluated sample
  WallTime last_evaluation{};
  std::uint64_t measured = 0;                   // the expression's series when it held, one bit each
  ConditionSamples samples;                     // the last n, for k of n
  std::uint64_t round = 0;                      // the last evaluation at which the condition held
  std::shared_ptr<const std::string> identity;  // the expanded labels, if the rule's labels are templates
  std::shared_ptr<const std::string> waits;     // why it is still pending: which range is not covered

  // Applies an evaluation; the subject may then be ready to fire, see ready().
  Change apply(const SubjectEvaluation& evaluation, const Rule& rule);
  // Has the condition held for long enough to fire? Only for a pending subject.
  bool ready(const Rule& rule, WallTime now) const;
  void fire(WallTime now);
  // When `for` will be up; empty for k of n.
  std::optional<WallTime> due(const Rule& rule) const;
  std::string held_text(const Rule& rule, WallTime now) const;

 private:
  void begin(const SubjectEvaluation& evaluation);
  void undo_clock_jump(WallTime now);
  // Does the rule's condition hold with it?
  bool count_sample(const SubjectEvaluation& evaluation, const Rule& rule);
  int held_samples() const { return static_cast<int>(samples.held()); }
};

}  // namespace hotspot::rules
