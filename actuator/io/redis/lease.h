// The lease in Redis: key `lease` = "TOKEN HOLDER NONCE" with an expiry; the token's high-water mark in the hash
// `state`.
//
// The token is the Redis server's time in ms when the lease was taken, or one more than the last token, whichever is
// greater. So it rises even where Redis lost its last writes, or all of them.
// Who takes part is in the field `members` of `state`: a line each of holder, when it asked last (the server's time in
// ms) and how many clusters it leads. Lines older than a duration and a half are dropped. Who takes no part is in the
// field `abstentions`: a line each of holder, when it said so, and why. The field `given_back` has the token of the
// last lease that was released. A holder whose key is gone before it ran out takes it again under its own token, unless
// a later one was given out. What a lease in one Redis cannot give: after a failover to a replica that had not yet seen
// the lease, two may hold one for up to its duration. The older token is refused by every script that writes, which
// read the same Redis.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actuator/io/redis/client.h"
#include "actuator/ports/lease.h"
#include "telemetry/keyspace.h"

namespace hotspot::io {

// Long enough for a Redis restart of a few seconds, short enough that another leads within 10 s (issue 5).
constexpr Milliseconds kDefaultLeaseDuration{8'000};

class RedisLease : public ports::Lease {
 public:
  // holder: "hotspotd@node3:4711", no spaces.
  RedisLease(RedisClient& client, const ports::Clock& clock, const telemetry::Keyspace& keyspace, std::string holder,
             Milliseconds duration = kDefaultLeaseDuration);

  using ports::Lease::acquire_or_renew;
  Result<ports::LeaseState> acquire_or_renew(ports::LeaseWish wish) override;
  void abstain(const std::string& why) override;
  void announce(int led) override { led_ = led; }
  void release() override;
  Milliseconds duration() const override { return duration_; }

  // Called, in acquire_or_renew(), with a sentence about what others wrote into our keys.
  void on_remark(std::function<void(const std::string&)> told) { told_ = std::move(told); }

 private:
  void remark(const std::string& sentence) const {
    if (told_) told_(sentence);
  }
  RedisClient& client_;
  const ports::Clock& clock_;
  std::string lease_key_, state_key_, journal_key_;
  std::function<void(const std::string&)> told_;
  bool said_no_lease_ = false;
  std::string holder_;
  std::int64_t token_ = 0;      // of our lease while it has not run out
  Milliseconds held_until_{0};  // steady
  std::string nonce_;           // tells this object from all others, also from one of the same name before a restart
  Milliseconds duration_;
  int led_ = 0;
};

// "TOKEN HOLDER NONCE" as a state of which held is false; empty for anything else.
std::optional<ports::LeaseState> lease_from_text(const std::string& text);

inline constexpr const char* kAbstentionsField = "abstentions";
// What the field has, in its order; lines that are none are left out.
std::vector<ports::Abstention> abstentions_from_text(const std::string& text);

}  // namespace hotspot::io
