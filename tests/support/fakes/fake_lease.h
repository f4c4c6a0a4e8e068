// A lease in memory. Several on one FakeStore compete.
#pragma once

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

  Result<ports::LeaseState> acquire_or_renew() override {
    if (!store_.reachable) return Error{"the fake store is away"};
    const Milliseconds now = clock_.steady();
    const bool free = store_.holder.empty() || now >= store_.expires_at;
    if (!free && store_.owner != this) return ports::LeaseState{false, store_.token, store_.holder, Milliseconds(0)};
    if (free) ++store_.token;
    store_.holder = holder_;
    store_.owner = this;
    store_.expires_at = now + duration_;
    return ports::LeaseState{true, store_.token, holder_, store_.expires_at};
  }

  void release() override {
    if (store_.reachable && store_.owner == this) store_.holder.clear();
  }

  Milliseconds duration() const override { return duration_; }

 private:
  FakeStore& store_;
  const ports::Clock& clock_;
  std::string holder_;
  Milliseconds duration_;
};

}  // namespace hotspot::fakes
