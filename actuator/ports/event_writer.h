// Writes events to people's graphs: annotations at a time, found by the names concerned.
//
// Nothing waits for it, and no decision depends on it: an implementation has a thread of its own and a bounded queue,
// from which the oldest are dropped. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "telemetry/units.h"

namespace hotspot::ports {

// Names are unmodified: an implementation makes them fit where it writes them. Empty: not applicable.
struct Event {
  std::string kind;      // "firing", "resolved", "begun", "done", "failed", "aborted", "skipped"
  std::string sentence;  // one line for people
  WallTime at{};
  std::string cluster;
  std::string node, target;  // where the domain is, and where it goes
  std::string domain, domain_uuid;
  std::string rule;
  std::string action;  // model::step_name(); empty: a firing of a rule
  bool operator==(const Event&) const = default;
};

struct EventsStatus {
  std::string to;                          // the address
  std::uint64_t written = 0, dropped = 0;  // since the start
  std::size_t waiting = 0;
  std::string problem;  // of the newest attempt; empty: it succeeded, or there was none
  bool operator==(const EventsStatus&) const = default;
};

class EventWriter {
 public:
  virtual ~EventWriter() = default;
  virtual void write(Event event) = 0;  // returns at once
  virtual EventsStatus status() const = 0;
};

}  // namespace hotspot::ports
