// Where what happens is told to people's graphs: a mark at its time, found by the names that it concerns.
//
// Nothing waits for it, and nothing is decided by it: a body has a thread of its own and room for so many, and lets the
// oldest go. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "telemetry/units.h"

namespace hotspot::ports {

// Names are as they are: a body makes them fit where it writes. Those that are empty it does not concern.
struct Event {
  std::string kind;      // "firing", "resolved", "begun", "done", "failed", "aborted", "skipped"
  std::string sentence;  // one line for people
  WallTime at{};
  std::string cluster;
  std::string node, target;  // where it is, and where it goes
  std::string domain, domain_uuid;
  std::string rule;
  std::string action;  // model::step_name(); empty: of a rule's firing
  bool operator==(const Event&) const = default;
};

struct EventsStatus {
  std::string to;                          // the address
  std::uint64_t written = 0, dropped = 0;  // since the start
  std::size_t waiting = 0;
  std::string problem;  // of the newest attempt; empty: it was well, or there was none
  bool operator==(const EventsStatus&) const = default;
};

class EventWriter {
 public:
  virtual ~EventWriter() = default;
  virtual void write(Event event) = 0;  // returns at once
  virtual EventsStatus status() const = 0;
};

}  // namespace hotspot::ports
