// What an Engine keeps between evaluations, and its text form.
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

// The subjects of one rule: few of all there are, found by number.
class RuleState {
 public:
  // It cost more than one evaluation may: it is not evaluated until then.
  struct Aside {
    WallTime since{}, until{};
    Milliseconds rest{0};  // doubles as long as it is too dear
    std::size_t operations = 0;
  };
  std::optional<Aside> aside;

  // Made if there is none.
  SubjectState& of(std::uint32_t subject);
  SubjectState* find(std::uint32_t subject);
  void erase(std::uint32_t subject);
  // Soon of() will be asked for it.
  void prepare(std::uint32_t subject) const {
    if (subject < place_of_.size() && place_of_[subject] != kNoId) {
      const SubjectState* state = states_.data() + place_of_[subject];
      __builtin_prefetch(state);
      __builtin_prefetch(reinterpret_cast<const char*>(state) + 64);
      __builtin_prefetch(reinterpret_cast<const char*>(state) + 128);
    }
  }
  // In the order of numbers that were free; stable while nothing is erased.
  std::vector<SubjectState>& all() { return states_; }
  const std::vector<SubjectState>& all() const { return states_; }
  bool empty() const { return states_.empty(); }

  std::optional<WallTime> last_evaluated;

 private:
  std::vector<SubjectState> states_;
  std::vector<std::uint32_t> place_of_;  // by subject; kNoId: none
};

// A subject's state as it stands in the text.
struct SavedSubject {
  Subject subject;
  SubjectState state;
};

// Two rules of one identity are the same rule before and after a reload.
struct RuleIdentity {
  std::string name, group, expression;
  bool operator<(const RuleIdentity& other) const {
    return std::tie(name, group, expression) < std::tie(other.name, other.group, other.expression);
  }
};
RuleIdentity identity_of(const Rule& rule);

using SavedStates = std::map<RuleIdentity, std::map<std::string, SavedSubject>>;  // by Subject::key()

// A node's newest sample, for what says "as the node's newest" instead of a time.
struct NodeClock {
  WallTime taken_at{}, observed_at{};
};
using NodeClocks = std::map<std::string, NodeClock, std::less<>>;  // by UUID

// One line for each rule and subject, fields between tabs. Not for people, but readable with redis-cli.
std::string write_state(const SavedStates& states);
// Reads on into `states`: one text of several. `clocks`: for those that were written with them.
Result<void> read_state(const std::string& text, const NodeClocks& clocks, SavedStates& states);
// In parts, with the nodes' clocks apart.
SavedParts write_parts(const SavedStates& states, const NodeClocks& clocks);
Result<SavedStates> read_parts(const SavedParts& parts);

}  // namespace hotspot::rules
