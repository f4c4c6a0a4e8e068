// The recommendations that wait for an operator, how earlier ones ended, and those that operators refused.
//
// A recommendation stands until another decision about the same firing is recorded, the firing ends, it expires, or an
// operator applies or refuses it. Bounded: beyond record::kMostStanding, recommendations are recorded as decisions and
// cannot be applied. PURE: time is an argument. Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actuator/plan/approval.h"
#include "actuator/plan/decision.h"
#include "actuator/record/recommendation.h"
#include "actuator/record/status.h"
#include "actuator/rules/firing.h"
#include "telemetry/result.h"

namespace hotspot::loop {

inline constexpr const char* kRecommendationRefused = "recommendation_refused";  // a kind of notice

// As they are kept in Redis, and back.
std::vector<record::RefusedRecommendation> recorded(const plan::Rejections& rejections);
std::vector<plan::Rejection> rejections_of(std::vector<record::RefusedRecommendation> refused);

class Recommendations {
 public:
  // By rule and subject_key.
  using Key = std::pair<std::string, std::string>;

  plan::Rejections rejections;

  // A decision that was recorded, about something that fires. It ends what stood about the same; if it recommends
  // something, that stands now, for as long as said.
  void note(const plan::Decision& decision, Milliseconds expire);
  // What fires now. What a leader before us recommended is given until `patience` to fire again.
  void follow(const std::vector<rules::Firing>& firing, WallTime now, WallTime patience);
  // Ends those that expired, and forgets refusals whose time is over. Returns what may be recommended anew.
  std::vector<Key> expire(WallTime now);

  const record::Recommendation* find(const std::string& decision) const;
  // Why it can no longer be applied: a sentence. `decision` does not stand.
  std::string what_became_of(const std::string& decision, WallTime now) const;
  void end(const std::string& decision, const std::string& how, const std::string& why, WallTime now);

  // What a leader before us recommended about the same, and nothing was decided about since; empty: nothing.
  std::optional<plan::Decision> inherited(const Key& key) const;
  void settle(const Key& key) { inherited_.erase(key); }

  std::size_t size() const { return all_.standing.size(); }
  record::Status::Recommendations summary() const;

  // Outlive a leader. An error: it is no such record; then there is nothing.
  std::string save() const;
  Result<void> restore(const std::string& text);

 private:
  static Key key_of(const record::Recommendation& one) { return {one.rule, one.subject_key}; }
  const record::Recommendation* find(const Key& key) const;

  record::Recommendations all_;  // `refused` is in `rejections`
  std::set<Key> inherited_;
};

}  // namespace hotspot::loop
