// The journal, and what was written to it lately: a store that failed over, or came back without its last seconds, gets
// that again.
//
// Redis copies to its replicas, and to its disk, a moment after it has answered: what it lost is the end of what it was
// given. With each new session of the store that end is compared and what is missing of actions whose end the journal
// does not have is written again, in order. What a process that died at the same time had written is lost all the same.
// Thread rule: the loop's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "actuator/ports/clock.h"
#include "actuator/ports/journal.h"

namespace hotspot::daemon {

class JournalMemory : public ports::Journal {
 public:
  // told: called with a sentence when something was written again.
  JournalMemory(ports::Journal& journal, const ports::Clock& clock, std::function<void(const std::string&)> told)
      : journal_(journal), clock_(clock), told_(std::move(told)), session_(journal.session()) {}

  // Does nothing while the session is the one of before. After an error: to be called again.
  Result<void, ports::WriteError> mend(std::int64_t token);

  Result<void, ports::WriteError> append(const ports::JournalEntry& entry) override;  // mends first

  Result<std::vector<ports::JournalEntry>> open_actions() override { return journal_.open_actions(); }
  Result<std::vector<ports::JournalEntry>> newest(std::size_t count) override { return journal_.newest(count); }
  Result<void, ports::WriteError> record_decision(std::int64_t token, const std::string& json) override {
    return journal_.record_decision(token, json);
  }
  Result<void, ports::WriteError> save_state(std::int64_t token,
                                             const std::map<std::string, std::string>& fields) override {
    return journal_.save_state(token, fields);
  }
  Result<std::map<std::string, std::string>> load_state() override { return journal_.load_state(); }
  Result<void, ports::WriteError> answer(std::int64_t token, const std::vector<record::Answer>& answers) override {
    return journal_.answer(token, answers);
  }
  Result<std::vector<record::Answer>> answers() override { return journal_.answers(); }
  std::uint64_t session() const override { return journal_.session(); }

 private:
  struct Written {
    ports::JournalEntry entry;
    Milliseconds at;  // steady
  };
  void forget_old();

  ports::Journal& journal_;
  const ports::Clock& clock_;
  std::function<void(const std::string&)> told_;
  std::uint64_t session_;
  std::deque<Written> written_;
};

}  // namespace hotspot::daemon
