// The hash `state` as this hotspotd knows it: what of it has to be written, and what a standby knows of the leader's.
//
// Only fields that changed are written. A store that may be another one, or that lost its end, is given everything
// anew, and what is not there any more is removed again. Thread rule: one thread, the loop's.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "actuator/loop/pace.h"
#include "actuator/loop/state_memory.h"
#include "actuator/loop/write.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/journal.h"
#include "telemetry/result.h"

namespace hotspot::loop {

class StateKeeper {
 public:
  StateKeeper(ports::Journal& journal, const ports::Clock& clock) : journal_(journal), clock_(clock) {}

  // Is a second over since the last save? If so, or if it is to be now, the next one is due in a second, or later if
  // the fields take long to be made.
  enum class When { kIfDue, kNow };
  bool begin_save(When when);
  void fields_are_made() { pace_.end(clock_.exact()); }
  // Fields as they are to stand in the store. Writes those that changed; no field changed: nothing is written.
  Written save(StateFields fields, std::int64_t token);
  // Some fields, whatever is known of the others. Each write carries the revision by which whoever leads next knows
  // what is later.
  Result<void, ports::WriteError> write(StateFields fields, std::int64_t token);

  // The store may lack our newest writes: everything is written again.
  void distrust();
  // A new session of the journal is a store that may lack them.
  void follow_session();
  // The lease was lost to the store `losses` times: true if that is news, which distrusts what was saved.
  bool has_lost(int losses);
  bool knows_losses(int losses) const { return losses_seen_ == losses; }

  // Forgets what was saved; found() then says what stands there of before.
  void begin_anew() { saved_.clear(); }
  void found(const std::string& field, const std::string& value) { saved_[field] = value; }

  // While another leads: reads what it wrote, every few seconds. Returns at once otherwise.
  void follow();
  // Null: what was found in the store is as late as what is known.
  const StateFields* later_than(const StateFields& found) const { return memory_.later_than(found); }
  Milliseconds known_at() const { return memory_.known_at(); }  // steady

 private:
  ports::Journal& journal_;
  const ports::Clock& clock_;
  StateMemory memory_;
  StateFields saved_;  // fields as they stand in the store
  std::uint64_t session_ = 0;
  int losses_seen_ = 0;            // of the lease's key
  Pace pace_{Milliseconds(1000)};  // of saves
  Milliseconds next_read_{0};
};

}  // namespace hotspot::loop
