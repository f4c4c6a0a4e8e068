// A lease in memory. Several on one FakeStore compete.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "actuator/ports/clock.h"
#include "actuator/ports/lease.h"
#include "tests/support/fakes/fake_store.h"

namespace hotspot::fakes {

class FakeLease : public ports::Lease {
 public:
  FakeLease(FakeStore& store, const ports::Clock& clock, std::string holder,
            Milliseconds duration = Milliseconds(10'000))
      : store_(store), clock_(clock), holder_(std::move(holder)), duration_(duration) {}

  using ports::Lease::acquire_or_renew;
  Result<ports::LeaseState> acquire_or_renew(ports::LeaseWish wish) override {
    if (!store_.reachable) return Error{"the fake store is away"};
    const Milliseconds now = clock_.steady();
    store_.members[holder_] = {now, led_};
    std::erase_if(store_.members, [&](const auto& one) { return now - one.second.first > duration_ * 3 / 2; });
    ports::LeaseState state;
    for (const auto& [holder, seen] : store_.members) state.members.push_back({holder, seen.second});
    const bool free = store_.holder.empty() || now >= store_.expires_at;
    if (free && wish == ports::LeaseWish::kLook) return state;
    if (free && wish == ports::LeaseWish::kTakeIfGivenBack && !store_.given_back) return state;
    if (!free && store_.owner != this) {
      state.token = store_.token;
      state.holder = store_.holder;
      state.runs_out_in = store_.expires_at - now;
      return state;
    }
    if (free) {
      const bool goes_on = token_ > 0 && now < held_until_ && token_ >= store_.token && !store_.given_back;
      store_.last_given = std::max(store_.last_given, store_.token);
      store_.token = goes_on ? token_ : store_.last_given + 1;
      state.was_lost = goes_on;
      store_.given_back = false;
    }
    store_.holder = holder_;
    store_.owner = this;
    store_.expires_at = now + duration_;
    state.held = true;
    state.token = store_.token;
    state.holder = holder_;
    state.held_until = store_.expires_at;
    token_ = state.token;
    held_until_ = state.held_until;
    store_.last_given = std::max(store_.last_given, token_);
    return state;
  }

  void abstain(const std::string& why) override {
    if (!store_.reachable) return;
    std::erase_if(store_.abstentions, [&](const ports::Abstention& one) {
      return one.holder == holder_ || clock_.now() - one.at > ports::kAbstentionLasts;
    });
    std::string line = why;
    std::replace(line.begin(), line.end(), '\n', ' ');
    if (!line.empty()) store_.abstentions.push_back({holder_, clock_.now(), line});
  }

  void announce(int led) override { led_ = led; }

  void release() override {
    if (store_.reachable) store_.members.erase(holder_);
    token_ = 0;
    if (!store_.reachable || store_.owner != this || store_.holder.empty()) return;
    store_.holder.clear();
    store_.given_back = true;
  }

  Milliseconds duration() const override { return duration_; }

 private:
  FakeStore& store_;
  const ports::Clock& clock_;
  std::string holder_;
  Milliseconds duration_;
  int led_ = 0;
  std::int64_t token_ = 0;  // of ours while it has not run out
  Milliseconds held_until_{0};
};

}  // namespace hotspot::fakes
