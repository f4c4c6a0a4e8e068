// A journal in memory, fenced like the real one by the lease of its FakeStore.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/ports/clock.h"
#include "actuator/ports/journal.h"
#include "common/crypto/sha256.h"
#include "tests/support/fakes/fake_store.h"

namespace hotspot::fakes {

class FakeJournal : public ports::Journal {
 public:
  FakeJournal(FakeStore& store, const ports::Clock& clock) : store_(store), clock_(clock) {}

  Result<void, ports::WriteError> append(const ports::JournalEntry& entry) override {
    if (auto allowed = check(entry.token); !allowed) return allowed;
    store_.entries.push_back(entry);
    store_.entries.back().stream_id = std::to_string(store_.entries.size()) + "-0";
    return {};
  }

  Result<std::vector<ports::JournalEntry>> open_actions() override {
    if (!store_.reachable) return Error{"the fake store is away"};
    std::map<std::string, ports::JournalEntry> newest;
    for (const ports::JournalEntry& entry : store_.entries) newest[entry.action.id] = entry;
    std::vector<ports::JournalEntry> open;
    for (const auto& [id, entry] : newest)
      if (!model::is_final(entry.state)) open.push_back(entry);
    return open;
  }

  Result<std::vector<ports::JournalEntry>> newest(std::size_t count) override {
    if (!store_.reachable) return Error{"the fake store is away"};
    const std::size_t taken = std::min(count, store_.entries.size());
    return std::vector<ports::JournalEntry>(store_.entries.end() - static_cast<std::ptrdiff_t>(taken),
                                            store_.entries.end());
  }

  Result<std::vector<ports::JournalEntry>> entries_after(const std::string& stream_id, std::size_t count) override {
    if (!store_.reachable) return Error{"the fake store is away"};
    const std::size_t from = std::min<std::size_t>(std::stoul(stream_id), store_.entries.size());
    const std::size_t taken = std::min(count, store_.entries.size() - from);
    const auto begin = store_.entries.begin() + static_cast<std::ptrdiff_t>(from);
    return std::vector<ports::JournalEntry>(begin, begin + static_cast<std::ptrdiff_t>(taken));
  }

  Result<void, ports::WriteError> record_decision(std::int64_t token, const std::string& json) override {
    if (auto allowed = check(token); !allowed) return allowed;
    const record::DecisionHead before = store_.decision_head.value_or(record::DecisionHead{});
    store_.decisions.push_back(json);
    store_.previous.push_back(record::to_string(before));
    recorded_ = {.number = before.number + 1,
                 .hash = crypto::sha256_hex(record::hashed_text(json, store_.previous.back()))};
    store_.decision_head = recorded_;
    return {};
  }
  std::optional<record::DecisionHead> decision_head() const override { return recorded_; }

  Result<void, ports::WriteError> save_state(std::int64_t token,
                                             const std::map<std::string, std::string>& fields) override {
    if (auto allowed = check(token); !allowed) return allowed;
    for (const auto& [field, value] : fields) {
      if (value.empty())
        store_.state.erase(field);
      else
        store_.state[field] = value;
    }
    return {};
  }

  Result<std::map<std::string, std::string>> load_state() override {
    if (!store_.reachable) return Error{"the fake store is away"};
    return store_.state;
  }

  Result<void, ports::WriteError> answer(std::int64_t token, const std::vector<record::Answer>& answers) override {
    if (auto allowed = check(token); !allowed) return allowed;
    for (const record::Answer& answer : answers) store_.answers[answer.id] = answer;
    return {};
  }

  Result<std::vector<record::Answer>> answers() override {
    if (!store_.reachable) return Error{"the fake store is away"};
    std::vector<record::Answer> all;
    for (const auto& [id, answer] : store_.answers) all.push_back(answer);
    return all;
  }

  Result<void, ports::WriteError> publish(std::int64_t token, const std::string& record, Milliseconds lasts) override {
    if (auto allowed = check(token); !allowed) return allowed;
    store_.published = record;
    store_.published_until = clock_.steady() + lasts;
    return {};
  }

  std::uint64_t session() const override { return store_.session; }

 private:
  Result<void, ports::WriteError> check(std::int64_t token) const {
    if (!store_.reachable) return ports::WriteError{ports::WriteFault::kUnreachable, "the fake store is away"};
    if (!store_.leads(token, clock_.steady()))
      return ports::WriteError{ports::WriteFault::kFenced, "the fake lease is not ours any more"};
    return {};
  }

  FakeStore& store_;
  const ports::Clock& clock_;
  std::optional<record::DecisionHead> recorded_;
};

}  // namespace hotspot::fakes
