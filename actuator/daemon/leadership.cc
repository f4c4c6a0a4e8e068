#include "actuator/daemon/leadership.h"

#include <algorithm>

namespace hotspot::daemon {

Leadership::Change Leadership::update(bool force) {
  const Milliseconds asked_at = clock_.steady();
  const bool led = token_.has_value();
  if (led && asked_at >= valid_until_) token_.reset();  // it ran out while we were not looking
  if (!force && asked_at < next_renewal_) return led && !token_ ? Change::kLost : Change::kNone;
  const auto state = lease_.acquire_or_renew();
  next_renewal_ = asked_at + renew_interval();
  if (!state) {
    problem_ = state.error().message;
    return led && !token_ ? Change::kLost : Change::kNone;
  }
  problem_.clear();
  holder_ = state->holder;
  if (!state->held) {
    token_.reset();
    return led ? Change::kLost : Change::kNone;
  }
  // A new token is a new term, even if the old one ended unnoticed: what others wrote meanwhile has to be read.
  const bool same_term = token_ == state->token;
  token_ = state->token;
  valid_until_ = asked_at + lease_.duration();
  return same_term ? Change::kNone : Change::kGained;
}

Leadership::Change Leadership::lose(const std::string& why) {
  problem_ = why;
  const bool led = token_.has_value();
  token_.reset();
  next_renewal_ = clock_.steady() + renew_interval();
  return led ? Change::kLost : Change::kNone;
}

void Leadership::release() {
  if (token_) lease_.release();
  token_.reset();
}

Milliseconds Leadership::due_in() const { return std::max(next_renewal_ - clock_.steady(), Milliseconds(1)); }

}  // namespace hotspot::daemon
