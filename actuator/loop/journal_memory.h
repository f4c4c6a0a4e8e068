// The journal with a memory of its newest entries, to repair a store that failed over, was emptied, or lost its last
// seconds.
//
// Remembered are the entries written here in the last minutes and, through follow(), those of another leader; of an
// action that has not ended, its newest entry, however old. So the next leader knows what is under way even if the
// store does not.
//
// Redis copies data to its replicas and to disk slightly after it has answered: what it can lose is the end of the
// data. With each new session of the store, and when it has lost a lease, that end is compared, and missing entries of
// actions that have not ended in the journal are written again, in order. What a process that died at the same time had
// written is lost. Thread rule: the loop's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "actuator/ports/clock.h"
#include "actuator/ports/journal.h"

namespace hotspot::loop {

class JournalMemory : public ports::Journal {
 public:
  // told: called with a sentence when something was written again. confirm: asked when a write was refused because the
  // lease is not ours; true: it is again, and the write is repeated. The store is in doubt then.
  JournalMemory(ports::Journal& journal, const ports::Clock& clock, std::function<void(const std::string&)> told,
                std::function<bool()> confirm = {})
      : journal_(journal),
        clock_(clock),
        told_(std::move(told)),
        confirm_(std::move(confirm)),
        session_(journal.session()) {}

  // The store may have lost something though its session is the one of before.
  void doubt() { ++doubts_; }
  // Does nothing while the session is the one of before, and there is no doubt. After an error: to be called again.
  Result<void, ports::WriteError> mend(std::int64_t token);

  Result<void, ports::WriteError> append(const ports::JournalEntry& entry) override;  // mends first

  // While another leads: reads what it wrote since the last call. An error: the store is away; what is known stays.
  Result<void> follow();

  Result<std::vector<ports::JournalEntry>> open_actions() override { return journal_.open_actions(); }
  Result<std::vector<ports::JournalEntry>> newest(std::size_t count) override { return journal_.newest(count); }
  Result<std::vector<ports::JournalEntry>> entries_after(const std::string& stream_id, std::size_t count) override {
    return journal_.entries_after(stream_id, count);
  }
  Result<void, ports::WriteError> record_decision(std::int64_t token, const std::string& json) override {
    return write([&] { return journal_.record_decision(token, json); });
  }
  std::optional<record::DecisionHead> decision_head() const override { return journal_.decision_head(); }
  Result<void, ports::WriteError> save_state(std::int64_t token,
                                             const std::map<std::string, std::string>& fields) override {
    return write([&] { return journal_.save_state(token, fields); });
  }
  Result<std::map<std::string, std::string>> load_state() override { return journal_.load_state(); }
  Result<void, ports::WriteError> answer(std::int64_t token, const std::vector<record::Answer>& answers) override {
    return journal_.answer(token, answers);
  }
  Result<std::vector<record::Answer>> answers() override { return journal_.answers(); }
  Result<void, ports::WriteError> publish(std::int64_t token, const std::string& record, Milliseconds lasts) override {
    return write([&] { return journal_.publish(token, record, lasts); });
  }
  std::uint64_t session() const override { return journal_.session(); }

 private:
  struct Written {
    ports::JournalEntry entry;
    Milliseconds at;  // steady
  };
  using Done = Result<void, ports::WriteError>;
  Done write(const std::function<Done()>& attempt);
  void remember(const ports::JournalEntry& entry);
  void forget_old();

  ports::Journal& journal_;
  const ports::Clock& clock_;
  std::function<void(const std::string&)> told_;
  std::function<bool()> confirm_;
  std::uint64_t session_;
  int doubts_ = 0, doubts_settled_ = 0;
  std::deque<Written> written_;
  std::map<std::string, ports::JournalEntry> open_;  // by action: the newest entry of those that have not ended
  std::string followed_;                             // the last entry that follow() read
  std::uint64_t followed_session_ = 0;
};

}  // namespace hotspot::loop
