// Decides whether this daemon leads, so that two never believe so at the same time.
//
// The lease is renewed three times within its duration. Between renewals this daemon leads only until the last one
// expires, counted on the steady clock from before the request; a daemon that was suspended knows that at once when it
// resumes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "actuator/loop/spread.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/lease.h"

namespace hotspot::loop {

class Leadership {
 public:
  enum class Change { kNone, kGained, kLost };

  // spread: where this daemon may lead several clusters; null: it takes this one whenever it is free.
  Leadership(ports::Lease& lease, const ports::Clock& clock, Spread* spread = nullptr, std::string cluster = "")
      : lease_(lease), clock_(clock), spread_(spread), cluster_(std::move(cluster)) {}

  // Renews when that is due.
  Change update();
  Change lose(const std::string& why);  // a write was fenced
  // Is the lease still ours, under the same token? For a write that was refused: a store that was started again without
  // its last writes has lost the key. Asks at once. False: update() finds out what became of it.
  bool confirm();
  void release();
  // Instead of update(), while it may not lead: tells why, as often as it would renew. update() and release() take it
  // back.
  void abstain(const std::string& why);
  // To whom this cluster should go, by the spread; empty: it stays.
  std::string heir() const;
  // Gives it back, and does not take it again for the length of a lease: another shall have it.
  void hand_over();

  bool leads() const { return token_.has_value() && clock_.steady() < valid_until_; }
  Milliseconds valid_until() const { return valid_until_; }  // steady; of the newest lease that was ours
  std::int64_t token() const { return token_.value_or(0); }
  // How often the store had lost the lease that was ours; whatever else was written to it may be gone too.
  int losses() const { return losses_; }
  const std::string& holder() const { return holder_; }    // of the lease, as last seen
  const std::string& problem() const { return problem_; }  // why it is not known who leads; empty if it is
  Milliseconds due_in() const;

 private:
  Milliseconds renew_interval() const { return lease_.duration() / 3; }
  ports::LeaseWish wish(Milliseconds now) const;
  void plan_next(const ports::LeaseState& state, Milliseconds asked_at);
  void tell_spread();
  void abstain_no_more();
  ports::Lease& lease_;
  const ports::Clock& clock_;
  Spread* spread_;
  std::string cluster_;
  std::optional<Milliseconds> free_since_;  // nobody has held it since then, and others should take it first
  Milliseconds hesitation_{0};              // for so long
  Milliseconds runs_out_at_{0};             // what its holder had
  Milliseconds stands_back_until_{0};
  std::optional<std::int64_t> token_;
  Milliseconds valid_until_{0};
  Milliseconds next_renewal_{0};
  std::string holder_;
  std::string problem_;
  bool abstains_ = false;
  int losses_ = 0;
};

}  // namespace hotspot::loop
