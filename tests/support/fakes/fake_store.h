// What the fakes of lease and journal share, as the real ones share one Redis.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/ports/journal.h"
#include "actuator/ports/lease.h"

namespace hotspot::fakes {

struct FakeStore {
  bool reachable = true;
  // The lease.
  std::int64_t token = 0;  // of who holds it or held it last
  std::string holder;      // empty: free
  const void* owner = nullptr;
  Milliseconds expires_at{0};   // steady
  bool given_back = false;      // by who held it last
  std::int64_t last_given = 0;  // the real tokens are times: they rise although the store was emptied
  std::vector<ports::Abstention> abstentions;
  std::map<std::string, std::pair<Milliseconds, int>> members;  // holder → when it asked last, how many it leads
  // The journal.
  std::vector<ports::JournalEntry> entries;
  std::vector<std::string> decisions, previous;  // JSON, and the one before: one of each for each
  std::optional<record::DecisionHead> decision_head;
  std::map<std::string, std::string> state;
  std::map<std::string, record::Answer> answers;  // by the id of the command
  std::map<std::string, std::string> nodes;       // the registry: fields of the hash
  std::string published;                          // what collectors may read
  Milliseconds published_until{0};                // steady
  std::uint64_t session = 0;                      // goes on where the connection is another

  // What a failover does that loses the newest entries, and lease and all that.
  void lose_entries(std::size_t count) {
    entries.resize(entries.size() - std::min(count, entries.size()));
    ++session;
  }

  // FLUSHALL: the connections stay.
  void lose_everything() {
    token = 0;
    holder.clear();
    given_back = false;
    members.clear();
    abstentions.clear();
    entries.clear();
    decisions.clear();
    previous.clear();
    decision_head.reset();
    state.clear();
    answers.clear();
    nodes.clear();
    published.clear();
  }

  // A Redis that is started again without its data.
  void start_again_empty() {
    lose_everything();
    ++session;
  }

  bool leads(std::int64_t asked, Milliseconds now) const {
    return !holder.empty() && now < expires_at && token == asked;
  }
};

}  // namespace hotspot::fakes
