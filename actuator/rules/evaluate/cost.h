// The cost of an evaluation in operations: estimated when rules are checked, counted while they run.
//
// An operation is one sample read or one value created; on the fast path, whose loops process many at once, an
// operation counts a sixteenth. Deterministic: does not depend on a clock. PURE.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

// About half a second of one core.
constexpr std::size_t kUsualMostOperations = 25'000'000;

// What one evaluation of one rule may still spend.
class Budget {
 public:
  explicit Budget(std::size_t most) : most_(most) {}
  // False: the budget is exhausted, now or before.
  bool spend(std::size_t operations) {
    used_ += operations;
    return used_ <= most_;
  }
  bool is_spent() const { return used_ > most_; }
  std::size_t most() const { return most_; }
  std::size_t used() const { return used_; }

 private:
  std::size_t most_;
  std::size_t used_ = 0;
};

// The size of a cluster for which the cost is estimated.
struct CostModel {
  double domains = 100, nodes = 10, devices_of_domain = 4;
  Milliseconds interval = kUsualInterval;
  Milliseconds subquery_step = kUsualSubqueryStep;
};

struct Cost {
  double operations = 0;
  double series = 1;  // values in the result
  // The part that by itself costs most, a subquery or a range: where the caret is placed.
  const Expression* dearest = nullptr;
  double dearest_operations = 0;
};

// The expression must be checked.
Cost cost_of(const Expression& expression, const CostModel& model = {});

}  // namespace hotspot::rules
