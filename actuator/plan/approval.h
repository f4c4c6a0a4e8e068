// What operators say of recommendations: one is approved, or refused for some time.
//
// PURE. An approval never acts by itself: planning is done anew for its firing, with everything that guards an action,
// and only the very step that was approved may come of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "actuator/model/projection.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::plan {

// Are two steps the same for an operator? Amounts of memory may differ by a tenth: figures vary from read to read.
bool same_step(const model::Step& a, const model::Step& b);

// A recommendation that is to be carried out.
struct Approval {
  std::string rule, subject_key;
  model::Action action;  // as it was recommended
  std::string by;        // the operator
};

// A recommendation that somebody does not want.
struct Rejection {
  std::string decision;  // the recommendation's id
  std::string rule;
  std::string domain_uuid, domain_name;
  model::Step step;
  std::string by, reason;
  WallTime at{}, until{};
  bool operator==(const Rejection&) const = default;
};

// Those that hold. Bounded: of more than kMost the oldest are forgotten.
class Rejections {
 public:
  static constexpr std::size_t kMost = 500;

  void add(Rejection rejection);
  void forget_expired(WallTime now);
  const std::vector<Rejection>& all() const { return all_; }
  void restore(std::vector<Rejection> all);

  // Why the rule does not recommend the step now; empty: it may.
  std::optional<model::Refusal> refusal(const std::string& rule, const std::string& domain_uuid,
                                        const model::Step& step, WallTime now) const;

 private:
  std::vector<Rejection> all_;  // oldest first
};

}  // namespace hotspot::plan
