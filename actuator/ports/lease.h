// The lease: who leads a cluster, with a fencing token that only rises.
//
// A lease alone is not safety: the holder may be stopped and wake up late. Every write carries the token and is refused
// when the token is no longer the lease's; libvirt's own job lock and the second look guard the domain.
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::ports {

// A daemon that takes part in a cluster: it leads it or stands by.
struct Member {
  std::string holder;
  int led = 0;  // how many clusters it leads, of all that it knows
  bool operator==(const Member&) const = default;
};

// A daemon that takes no part, and why.
struct Abstention {
  std::string holder;
  WallTime at{};
  std::string why;  // one line
  bool operator==(const Abstention&) const = default;
};
constexpr Milliseconds kAbstentionLasts{30'000};

enum class LeaseWish {
  kTake,             // take it if it is free
  kTakeIfGivenBack,  // only if its last holder released it: where the key is merely gone, that holder may still lead
  kLook              // only say that we are there; what we hold is extended all the same
};

struct LeaseState {
  bool held = false;           // by us
  std::int64_t token = 0;      // ours if held, otherwise the holder's, 0 if nobody holds it
  std::string holder;          // "hotspotd@node3:4711"; empty if nobody
  Milliseconds held_until{0};  // on the steady clock: it is ours for sure until then; 0 if not held
  // The others and we, as far as they asked within a duration and a half; ordered by holder.
  std::vector<Member> members;
  std::optional<Milliseconds> runs_out_in;  // of another's, if it does not renew it
  // The store had lost the lease that was ours, and it goes on: what else it lost is not known.
  bool was_lost = false;
};

class Lease {
 public:
  virtual ~Lease() = default;
  // Takes the lease if it is free, extends it if it is ours. Where the store lost it (it was emptied, or came back
  // without its last writes) while it had not run out yet, and nobody has taken it since, it goes on under its token.
  // An error: Redis did not answer; then we do not hold it from the moment on at which the last extension runs out.
  virtual Result<LeaseState> acquire_or_renew(LeaseWish wish) = 0;
  Result<LeaseState> acquire_or_renew() { return acquire_or_renew(LeaseWish::kTake); }
  // Tells people, not the other members, why we take no part; "" takes that back. Forgotten unless it is said again
  // within kAbstentionLasts. Nobody waits for it, so there is no error.
  virtual void abstain(const std::string& why) = 0;
  // How many clusters we lead; told to the other members with the next request.
  virtual void announce(int led) = 0;
  // Gives it back, if it is ours, so that another need not wait. We are no member until we ask again.
  virtual void release() = 0;
  virtual Milliseconds duration() const = 0;
};

}  // namespace hotspot::ports
