// The lease: who leads a cluster, with a fencing token that only rises.
//
// A lease alone is not safe: the holder may be suspended and resume late. Every write carries the token and is refused
// when the token is no longer the lease's; libvirt's own job lock and the final check protect the domain.
// Thread rule: called from the loop's thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::ports {

// A daemon that takes part in a cluster: it leads or stands by.
struct Member {
  std::string holder;
  int led = 0;  // how many of the clusters that it knows it leads
  bool operator==(const Member&) const = default;
};

// A daemon that does not take part, and why.
struct Abstention {
  std::string holder;
  WallTime at{};
  std::string why;  // one line
  bool operator==(const Abstention&) const = default;
};
constexpr Milliseconds kAbstentionLasts{30'000};

enum class LeaseWish {
  kTake,             // acquire it if it is free
  kTakeIfGivenBack,  // only if its last holder released it: if the key merely disappeared, that holder may still lead
  kLook              // only register as a member; a lease that is held is extended all the same
};

struct LeaseState {
  bool held = false;           // by us
  std::int64_t token = 0;      // ours if held, otherwise the holder's, 0 if there is none
  std::string holder;          // "hotspotd@node3:4711"; empty if there is none
  Milliseconds held_until{0};  // on the steady clock: guaranteed to be ours until then; 0 if not held
  // All members, including us, that made a request within one and a half durations; ordered by holder.
  std::vector<Member> members;
  std::optional<Milliseconds> runs_out_in;  // of another holder, unless it renews it
  // The store had lost our lease, and it continues: what else the store lost is not known.
  bool was_lost = false;
};

class Lease {
 public:
  virtual ~Lease() = default;
  // Acquires the lease if it is free, extends it if it is ours. If the store lost it before it expired (because it was
  // emptied, or came back without its last writes), and nobody has acquired it since, it continues under its token. An
  // error: Redis did not answer; then we no longer hold it from the time at which the last extension expires.
  virtual Result<LeaseState> acquire_or_renew(LeaseWish wish) = 0;
  Result<LeaseState> acquire_or_renew() { return acquire_or_renew(LeaseWish::kTake); }
  // Tells people, not other members, why we do not take part; "" withdraws that. Expires unless it is repeated within
  // kAbstentionLasts. Nobody waits for it, so there is no error.
  virtual void abstain(const std::string& why) = 0;
  // How many clusters we lead; sent to the other members with the next request.
  virtual void announce(int led) = 0;
  // Releases the lease if it is ours, so that another member need not wait. We are no member until the next request.
  virtual void release() = 0;
  virtual Milliseconds duration() const = 0;
};

}  // namespace hotspot::ports
