// What the fakes of lease and journal share, as the real ones share one Redis.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "actuator/ports/journal.h"

namespace hotspot::fakes {

struct FakeStore {
  bool reachable = true;
  // The lease.
  std::int64_t token = 0;  // of who holds it or held it last
  std::string holder;      // empty: free
  const void* owner = nullptr;
  Milliseconds expires_at{0};                                   // steady
  std::map<std::string, std::pair<Milliseconds, int>> members;  // holder → when it asked last, how many it leads
  // The journal.
  std::vector<ports::JournalEntry> entries;
  std::vector<std::string> decisions;
  std::map<std::string, std::string> state;

  bool leads(std::int64_t asked, Milliseconds now) const {
    return !holder.empty() && now < expires_at && token == asked;
  }
};

}  // namespace hotspot::fakes
