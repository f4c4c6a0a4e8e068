// Lease and journal of a simulation: in memory, with one member, which leads from the beginning.
//
// Thread rule: one thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/ports/clock.h"
#include "actuator/ports/journal.h"
#include "actuator/ports/lease.h"

namespace hotspot::simulation {

// Nobody else wants it, so it never expires between two steps, however long they are.
class SoleLease : public ports::Lease {
 public:
  explicit SoleLease(const ports::Clock& clock) : clock_(clock) {}

  Result<ports::LeaseState> acquire_or_renew(ports::LeaseWish) override {
    return ports::LeaseState{.held = true,
                             .token = kToken,
                             .holder = kHolder,
                             .held_until = clock_.steady() + duration(),
                             .members = {{kHolder, 1}},
                             .runs_out_in = {}};
  }
  void abstain(const std::string&) override {}
  void announce(int) override {}
  void release() override {}
  Milliseconds duration() const override { return std::chrono::hours(24 * 365); }

  static constexpr const char* kHolder = "simulate";

 private:
  static constexpr std::int64_t kToken = 1;
  const ports::Clock& clock_;
};

// Keeps only what is open, so that long simulations need no more memory than short ones.
class MemoryJournal : public ports::Journal {
 public:
  // take: is given each entry.
  explicit MemoryJournal(std::function<void(const ports::JournalEntry&)> take) : take_(std::move(take)) {}

  Result<void, ports::WriteError> append(const ports::JournalEntry& entry) override {
    if (model::is_final(entry.state))
      open_.erase(entry.action.id);
    else
      open_[entry.action.id] = entry;
    take_(entry);
    return {};
  }
  Result<std::vector<ports::JournalEntry>> open_actions() override {
    std::vector<ports::JournalEntry> open;
    for (const auto& [id, entry] : open_) open.push_back(entry);
    return open;
  }
  Result<std::vector<ports::JournalEntry>> newest(std::size_t) override { return open_actions(); }
  Result<std::vector<ports::JournalEntry>> entries_after(const std::string&, std::size_t) override {
    return std::vector<ports::JournalEntry>();
  }
  Result<void, ports::WriteError> record_decision(std::int64_t, const std::string&) override {
    ++decisions_;
    return {};
  }
  std::optional<record::DecisionHead> decision_head() const override { return std::nullopt; }  // no chain
  Result<void, ports::WriteError> save_state(std::int64_t, const std::map<std::string, std::string>&) override {
    return {};
  }
  Result<std::map<std::string, std::string>> load_state() override { return std::map<std::string, std::string>(); }
  Result<void, ports::WriteError> answer(std::int64_t, const std::vector<record::Answer>&) override { return {}; }
  Result<std::vector<record::Answer>> answers() override { return std::vector<record::Answer>(); }
  std::uint64_t session() const override { return 1; }
  Result<void, ports::WriteError> publish(std::int64_t, const std::string&, Milliseconds) override { return {}; }

  std::size_t decisions() const { return decisions_; }

 private:
  std::function<void(const ports::JournalEntry&)> take_;
  std::map<std::string, ports::JournalEntry> open_;  // by the action's ID
  std::size_t decisions_ = 0;
};

}  // namespace hotspot::simulation
