#include "actuator/loop/decision_book.h"

namespace hotspot::loop {

bool DecisionBook::records(const plan::Decision& decision) {
  const std::string key = decision.rule + " " + decision.subject_key;
  const bool acts = decision.outcome == plan::Outcome::kAct;
  const auto known = last_.find(key);
  if (known != last_.end()) {
    known->second.turn = turn_;
    if (!acts && decision.repeats(known->second.decision)) return false;
  }
  const bool full = known == last_.end() && last_.size() >= kMostRemembered;
  if (!acts && (recorded_ >= kMostRecordedARound || full)) {
    ++postponed_;
    return false;
  }
  ++recorded_;
  if (!full) last_.insert_or_assign(key, Entry{decision, turn_});
  return true;
}

void DecisionBook::end_turn() {
  std::erase_if(last_, [this](const auto& entry) { return entry.second.turn != turn_; });
  ++turn_;
}

}  // namespace hotspot::loop
