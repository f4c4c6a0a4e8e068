// The lease in Redis: key `lease` = "TOKEN HOLDER NONCE" with an expiry; the highest token so far is in the hash
// `state`.
//
// The token is the Redis server's time in ms when the lease was acquired, or one more than the last token, whichever is
// greater. It therefore rises even if Redis lost its last writes, or all of them.
// The members are in the field `members` of `state`: a line each with holder, last request (the server's time in ms)
// and number of clusters that it leads. Lines older than one and a half durations are dropped. Those that do not take
// part are in the field `abstentions`: a line each with holder, time and reason. The field `given_back` has the token
// of the last lease that was released. A holder whose key disappeared before its expiry acquires it again with its own
// token, unless a later one was issued. A limit of a lease in a single Redis: after a failover to a replica that had
// not yet received the lease, two members may hold one for up to its duration. Every script that writes reads the same
// Redis, and refuses the older token.
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

// Long enough for a Redis restart of a few seconds, short enough that another member leads within 10 s (issue 5).
constexpr Milliseconds kDefaultLeaseDuration{8'000};

class RedisLease : public ports::Lease {
 public:
  struct Terms {
    std::string holder;  // "hotspotd@node3:4711", no spaces
    Milliseconds duration = kDefaultLeaseDuration;
  };
  RedisLease(RedisClient& client, const ports::Clock& clock, const telemetry::Keyspace& keyspace, Terms terms);

  using ports::Lease::acquire_or_renew;
  Result<ports::LeaseState> acquire_or_renew(ports::LeaseWish wish) override;
  void abstain(const std::string& why) override;
  void announce(int led) override { led_ = led; }
  void release() override;
  Milliseconds duration() const override { return duration_; }

  // Called, in acquire_or_renew(), with a sentence about what others wrote into these keys.
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
  std::int64_t token_ = 0;      // of our lease while it has not expired
  Milliseconds held_until_{0};  // steady
  std::string nonce_;           // unique; differs from that of a holder of the same name before a restart
  Milliseconds duration_;
  int led_ = 0;
};

// "TOKEN HOLDER NONCE" as a state with held = false; empty for any other text.
std::optional<ports::LeaseState> lease_from_text(const std::string& text);

inline constexpr const char* kAbstentionsField = "abstentions";
// The content of the field, in order; invalid lines are left out.
std::vector<ports::Abstention> abstentions_from_text(const std::string& text);

}  // namespace hotspot::io
