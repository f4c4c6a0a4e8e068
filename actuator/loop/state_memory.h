// The last known content of the hash `state`: from own writes while leading, from reads while another member leads.
//
// Redis may be emptied, or come back with less than it was given. A new leader compares: each write of the state
// carries a revision that only rises, and the later of the two contents is used. PURE. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "telemetry/units.h"

namespace hotspot::loop {

using StateFields = std::map<std::string, std::string>;

// The field that each write of the state sets: "TOKEN-NUMBER".
inline constexpr const char* kRevisionField = "revision";

class StateMemory {
 public:
  // For the next write by the leader with this token.
  std::string next_revision(std::int64_t token);

  // The leader wrote these fields; an empty value removes one.
  void wrote(const StateFields& fields, Milliseconds steady);
  // Read while another leads. What is older than what is known is not believed.
  void read(StateFields fields, Milliseconds steady);

  // Null: what was found in Redis is as late as what is known, or nothing is known.
  const StateFields* later_than(const StateFields& found) const;
  Milliseconds known_at() const { return known_at_; }  // steady

 private:
  StateFields known_;
  Milliseconds known_at_{0};
  std::uint64_t number_ = 0;
};

}  // namespace hotspot::loop
