// What is remembered of one subject of one rule, and how a sample changes it.
//
// The whole meaning of `for`, `until`, `keep_firing_for` and k of n is here, one subject at a time; rule_pass.cc brings
// the samples.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "actuator/rules/firing.h"
#include "actuator/rules/language/labels.h"
#include "actuator/rules/store/held_samples.h"

namespace hotspot::rules {

// One look at one subject.
struct Look {
  WallTime now{};
  WallTime taken_at{};      // of the newest sample
  Milliseconds max_gap{0};  // between two samples; after a longer one, what was pending starts anew
  bool is_new = true;       // the sample was not seen before
  bool fresh = true;        // young enough to act upon; what is said of stale data themselves is not
  bool holds = false;
  bool off = false;  // `until` has a value for it
};

enum class Change { kNone, kBecamePending, kGone, kResolved };

struct SubjectState {
  std::uint32_t subject = 0;             // its number in Subjects
  std::uint32_t node = 0;                // where it was seen last, its number in Nodes; kNoId: nowhere
  std::shared_ptr<const Labels> labels;  // of the value at which it held; null: those of the subject itself
  Phase phase = Phase::kPending;
  bool is_known = false;  // false: made just now, no look yet
  bool in_view = false;   // the newest evaluation had data to look at
  bool fresh = true;      // those data are young enough to act upon
  double value = 0;
  WallTime pending_since{};
  WallTime first_sample_at{};
  std::optional<WallTime> firing_since;
  WallTime last_held{};
  std::optional<WallTime> not_held_since;       // while firing: the first look at which it did not hold any more
  WallTime last_sample{};                       // taken_at of the newest sample that was looked at
  WallTime last_look{};                         // when that was
  std::uint64_t measured = 0;                   // which series of the expression were there when it held, one bit each
  HeldSamples samples;                          // the last n, for k of n
  std::uint64_t round = 0;                      // the evaluation in which it held last
  std::shared_ptr<const std::string> identity;  // the expanded labels of a rule whose labels are templates
  std::shared_ptr<const std::string> waits;     // pending though it held for long enough: which window is not full

  // Takes a look in; it may leave the subject ready to fire, see ready().
  Change take(const Look& look, const Rule& rule);
  // Has it held for long enough to fire? Only for a pending subject.
  bool ready(const Rule& rule, WallTime now) const;
  void fire(WallTime now);
  // When `for` will be up; empty for k of n.
  std::optional<WallTime> due(const Rule& rule) const;
  std::string held_text(const Rule& rule, WallTime now) const;

 private:
  void begin(const Look& look);
  void undo_clock_jump(WallTime now);
  bool take_sample(const Look& look, const Rule& rule);  // does the rule's condition hold after it?
  int held_samples() const { return static_cast<int>(samples.held()); }
};

}  // namespace hotspot::rules
