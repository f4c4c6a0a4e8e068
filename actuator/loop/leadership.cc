#include "actuator/loop/leadership.h"

#include <algorithm>
#include <utility>

namespace hotspot::loop {
namespace {

// Others take a free lease first, if they lead fewer; so long, and then anybody may. Those others look when it runs
// out; one that was given back they find at their next look.
constexpr Milliseconds kHesitation{1000};
constexpr Milliseconds kLookAgain{250};
constexpr Milliseconds kAskAgain{200};
// After another's lease has run out by its own count, Redis has removed it.
constexpr Milliseconds kRunOut{20};

}  // namespace

Leadership::Change Leadership::update() {
  const Milliseconds asked_at = clock_.steady();
  const bool led = token_.has_value();
  if (led && asked_at >= valid_until_) {
    // It ran out while we were not looking. That is said before Redis is asked, which may take its time.
    problem_ = "the lease ran out before it was renewed";
    token_.reset();
    next_renewal_ = asked_at;
    tell_spread();
    return Change::kLost;
  }
  if (asked_at < next_renewal_) return Change::kNone;
  abstain_no_more();
  lease_.announce(spread_ != nullptr ? spread_->led() : (token_ ? 1 : 0));
  const auto state = lease_.acquire_or_renew(wish(asked_at));
  next_renewal_ = asked_at + renew_interval();
  if (!state) {
    problem_ = state.error().message;
    // Whoever leads asks often while the store is away: it must be heard before the lease runs out.
    if (token_) next_renewal_ = asked_at + kAskAgain;
    tell_spread();
    return Change::kNone;
  }
  problem_.clear();
  holder_ = state->holder;
  if (state->was_lost) ++losses_;
  if (spread_ != nullptr) spread_->saw(cluster_, state->members, asked_at);
  if (!state->held) {
    token_.reset();
    plan_next(*state, asked_at);
    tell_spread();
    return led ? Change::kLost : Change::kNone;
  }
  free_since_.reset();
  // A new token is a new term, even if the old one ended unnoticed: what others wrote meanwhile has to be read.
  const bool same_term = token_ == state->token;
  token_ = state->token;
  valid_until_ = asked_at + lease_.duration();
  tell_spread();
  return same_term ? Change::kNone : Change::kGained;
}

ports::LeaseWish Leadership::wish(Milliseconds now) const {
  if (token_) return ports::LeaseWish::kTake;
  // A key that is gone too early was lost by the store, and its holder still leads by its own clock.
  const auto take = now < runs_out_at_ ? ports::LeaseWish::kTakeIfGivenBack : ports::LeaseWish::kTake;
  if (spread_ == nullptr) return take;
  if (now < stands_back_until_) return ports::LeaseWish::kLook;
  const bool waited = free_since_ && now - *free_since_ >= hesitation_;
  return spread_->hesitates(cluster_) && !waited ? ports::LeaseWish::kLook : take;
}

// Looks again when the holder's lease runs out, or soon if nobody holds it.
void Leadership::plan_next(const ports::LeaseState& state, Milliseconds asked_at) {
  if (state.holder.empty()) {
    if (!free_since_) {
      free_since_ = asked_at;
      hesitation_ = asked_at < runs_out_at_ ? renew_interval() + 2 * kLookAgain : kHesitation;
    }
    next_renewal_ = asked_at + kLookAgain;
    return;
  }
  free_since_.reset();
  if (!state.runs_out_in) return;
  runs_out_at_ = asked_at + *state.runs_out_in;
  next_renewal_ = std::min(next_renewal_, runs_out_at_ > asked_at ? runs_out_at_ + kRunOut : asked_at + kLookAgain);
}

void Leadership::tell_spread() {
  if (spread_ == nullptr) return;
  token_ ? spread_->leads(cluster_) : spread_->does_not_lead(cluster_);
}

std::string Leadership::heir() const {
  return spread_ == nullptr || !leads() ? "" : spread_->heir(cluster_, clock_.steady());
}

void Leadership::hand_over() {
  if (spread_ != nullptr) spread_->handed_over(cluster_, clock_.steady());
  release();
  stands_back_until_ = clock_.steady() + lease_.duration();
  next_renewal_ = clock_.steady() + renew_interval();
}

Leadership::Change Leadership::lose(const std::string& why) {
  problem_ = why;
  const bool led = token_.has_value();
  token_.reset();
  tell_spread();
  next_renewal_ = clock_.steady() + renew_interval();
  return led ? Change::kLost : Change::kNone;
}

bool Leadership::confirm() {
  if (!leads()) return false;
  const Milliseconds asked_at = clock_.steady();
  const auto state = lease_.acquire_or_renew(ports::LeaseWish::kTake);
  next_renewal_ = asked_at;
  if (state && state->was_lost) ++losses_;
  if (!state || !state->held || state->token != *token_) return false;
  valid_until_ = asked_at + lease_.duration();
  next_renewal_ = asked_at + renew_interval();
  return true;
}

void Leadership::release() {
  abstain_no_more();
  if (token_) lease_.release();
  token_.reset();
  tell_spread();
}

void Leadership::abstain(const std::string& why) {
  const Milliseconds now = clock_.steady();
  if (now < next_renewal_) return;
  next_renewal_ = now + renew_interval();
  abstains_ = true;
  lease_.abstain(why);
}

void Leadership::abstain_no_more() {
  if (std::exchange(abstains_, false)) lease_.abstain("");
}

Milliseconds Leadership::due_in() const { return std::max(next_renewal_ - clock_.steady(), Milliseconds(1)); }

}  // namespace hotspot::loop
