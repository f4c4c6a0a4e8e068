// Remembers which decisions were recorded, so that repetitions are not recorded again, and limits how many a round may
// record.
//
// Firings are planned in turns, some per round: a turn is complete when each was planned once. What was not decided in
// a whole turn is forgotten. Bounded: beyond kMostRemembered subjects, decisions are counted and not recorded. Thread
// rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/plan/decision.h"
#include "actuator/plan/guardrails.h"

namespace hotspot::loop {

class DecisionBook {
 public:
  static constexpr std::size_t kMostRecordedARound = 100;
  static constexpr std::size_t kMostRemembered = 20'000;

  void begin_round() { recorded_ = postponed_ = 0; }
  // Is it news, and may it be recorded in this round? Then it is remembered. An action always may. A recommendation
  // stands until another one beats it by a margin in some rounds, one after the other, or something forbids it.
  bool records(const plan::Decision& decision, const plan::Standing& standing = {});
  // A recommendation that a leader before us recorded; not if there is a newer decision about the same.
  void remind(const plan::Decision& decision);
  // The next decision about it is news, whatever it is.
  void forget(const std::string& rule, const std::string& subject_key);
  // All that fires was decided upon since the last call.
  void end_turn();
  void clear() { last_.clear(); }

  std::size_t postponed() const { return postponed_; }  // in this round; they come again in a later one
  std::size_t size() const { return last_.size(); }

 private:
  // Another recommendation, or none, where one stands.
  struct Challenge {
    int rounds = 0;
    std::optional<WallTime> measured_at;  // of the newest of them: a round without new data does not count
  };
  struct Entry {
    plan::Decision decision;
    std::uint64_t turn = 0;
    Challenge challenge = {};
    std::vector<plan::Decision> flickers = {};  // recorded lately about the same, and still coming back; reasons alone
  };
  static bool stands(Entry& entry, const plan::Decision& now, const plan::Standing& standing);
  static bool flickers(Entry& entry, const plan::Decision& now);
  void remember(const std::string& key, const plan::Decision& decision);

  std::map<std::string, Entry> last_;  // by rule and subject
  std::uint64_t turn_ = 0;
  std::size_t recorded_ = 0, postponed_ = 0;
};

}  // namespace hotspot::loop
