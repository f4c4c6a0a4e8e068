#include "actuator/rules/engine/engine_state.h"

#include <utility>

namespace hotspot::rules {

SubjectState* RuleState::find(std::uint32_t subject) {
  if (subject >= place_of_.size() || place_of_[subject] == kNoId) return nullptr;
  return &states_[place_of_[subject]];
}

SubjectState& RuleState::of(std::uint32_t subject) {
  if (SubjectState* known = find(subject)) return *known;
  if (subject >= place_of_.size()) place_of_.resize(subject + subject / 4 + 16, kNoId);
  place_of_[subject] = static_cast<std::uint32_t>(states_.size());
  SubjectState& made = states_.emplace_back();
  made.subject = subject;
  made.node = kNoId;
  return made;
}

// The last state is moved into the gap.
void RuleState::erase(std::uint32_t subject) {
  if (find(subject) == nullptr) return;
  const std::uint32_t place = std::exchange(place_of_[subject], kNoId);
  if (place + 1 != states_.size()) {
    states_[place] = std::move(states_.back());
    place_of_[states_[place].subject] = place;
  }
  states_.pop_back();
}

}  // namespace hotspot::rules
