// Decides when to report a fault that lasts: when it begins, when it becomes one of another kind, and when it is over.
//
// PURE: time is an argument (steady).
// Thread rule: one thread at a time.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "common/redis/reply.h"
#include "telemetry/units.h"

namespace hotspot::redis {

class Trouble {
 public:
  // True if this is to be reported. "Away" and "does not answer" are one kind; each code of an error reply is a kind.
  bool is_news(const CommandError& error, Milliseconds now) {
    if (told_.empty()) since_ = now;
    return told_.insert(error.code).second;
  }
  // How long the fault lasted, if there was one: its end is to be reported.
  std::optional<Milliseconds> over(Milliseconds now) {
    if (told_.empty()) return std::nullopt;
    told_.clear();
    return now - since_;
  }
  bool lasts() const { return !told_.empty(); }

 private:
  std::set<std::string> told_;
  Milliseconds since_{0};
};

}  // namespace hotspot::redis
