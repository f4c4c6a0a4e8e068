// What an Engine keeps of each rule between evaluations.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

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

}  // namespace hotspot::rules
