// What an Engine keeps between evaluations, and its text format.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "actuator/rules/engine/engine.h"
#include "actuator/rules/engine/registry.h"
#include "actuator/rules/engine/subject_state.h"

namespace hotspot::rules {

// The states of one rule, for few of all known subjects; found by number.
class RuleState {
 public:
  // An evaluation of the rule was too expensive: it is not evaluated until then.
  struct Aside {
    WallTime since{}, until{};
    Milliseconds rest{0};  // doubles as long as the rule is too expensive
    std::size_t operations = 0;
  };
  std::optional<Aside> aside;

  // Created if it does not exist.
  SubjectState& of(std::uint32_t subject);
  SubjectState* find(std::uint32_t subject);
  void erase(std::uint32_t subject);
  // A hint that of() will soon be called for the subject.
  void prepare(std::uint32_t subject) const {
    if (subject < place_of_.size() && place_of_[subject] != kNoId) {
      const SubjectState* state = states_.data() + place_of_[subject];
      __builtin_prefetch(state);
      __builtin_prefetch(reinterpret_cast<const char*>(state) + 64);
      __builtin_prefetch(reinterpret_cast<const char*>(state) + 128);
    }
  }
  // In no particular order; stable while nothing is erased.
  std::vector<SubjectState>& all() { return states_; }
  const std::vector<SubjectState>& all() const { return states_; }
  bool empty() const { return states_.empty(); }

  std::optional<WallTime> last_evaluated;

 private:
  std::vector<SubjectState> states_;
  std::vector<std::uint32_t> place_of_;  // by subject; kNoId: none
};

// A subject's state as the text has it.
struct SavedSubject {
  Subject subject;
  SubjectState state;
};

// Two rules with the same identity are the same rule before and after a reload.
struct RuleIdentity {
  std::string name, group, expression;
  bool operator<(const RuleIdentity& other) const {
    return std::tie(name, group, expression) < std::tie(other.name, other.group, other.expression);
  }
};
RuleIdentity identity_of(const Rule& rule);

using SavedStates = std::map<RuleIdentity, std::map<std::string, SavedSubject>>;  // by Subject::key()

// A node's newest sample, for fields that refer to it instead of giving a time.
struct NodeClock {
  WallTime taken_at{}, observed_at{};
};
using NodeClocks = std::map<std::string, NodeClock, std::less<>>;  // by UUID

// One line per rule and subject, with fields separated by tabs. Not meant for people, but readable with redis-cli.
std::string write_state(const SavedStates& states);
// Adds what one of several texts says to `states`. `clocks`: for texts that were written with them.
Result<void> read_state(const std::string& text, const NodeClocks& clocks, SavedStates& states);
// In parts, with the nodes' clocks separate.
SavedParts write_parts(const SavedStates& states, const NodeClocks& clocks);
Result<SavedStates> read_parts(const SavedParts& parts);

}  // namespace hotspot::rules
