#include "actuator/loop/journal_memory.h"

#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace hotspot::loop {
namespace {

// Longer than a failover takes, and than Redis lets a replica or its disk lag behind.
constexpr Milliseconds kRemembered{std::chrono::minutes(5)};
// Of the journal's end; more than is written in that time.
constexpr std::size_t kCompared = 5000;
// In one answer, when what another wrote is read.
constexpr std::size_t kFollowed = 500;

}  // namespace

JournalMemory::Done JournalMemory::write(const std::function<Done()>& attempt) {
  Done done = attempt();
  if (done || done.error().fault != ports::WriteFault::kFenced || !confirm_ || !confirm_()) return done;
  doubt();
  return attempt();
}

Result<void, ports::WriteError> JournalMemory::append(const ports::JournalEntry& entry) {
  auto written = write([&]() -> Done {
    if (auto mended = mend(entry.token); !mended) return mended;
    return journal_.append(entry);
  });
  if (written) remember(entry);
  followed_.clear();  // our own entries need not be read again
  return written;
}

void JournalMemory::remember(const ports::JournalEntry& entry) {
  forget_old();
  written_.push_back({entry, clock_.steady()});
  if (written_.size() > kCompared) written_.pop_front();
  if (model::is_final(entry.state))
    open_.erase(entry.action.id);
  else
    open_.insert_or_assign(entry.action.id, entry);
}

Result<void> JournalMemory::follow() {
  // A store with another history begins anew; what is known of the one before stays.
  if (std::exchange(followed_session_, journal_.session()) != journal_.session()) followed_.clear();
  while (true) {
    const auto read = followed_.empty() ? journal_.newest(kFollowed) : journal_.entries_after(followed_, kFollowed);
    if (!read) return Error{read.error()};
    const bool more = !followed_.empty() && read->size() == kFollowed;
    for (const ports::JournalEntry& entry : *read) {
      followed_ = entry.stream_id;
      remember(entry);
    }
    if (!more) return {};
  }
}

Result<void, ports::WriteError> JournalMemory::mend(std::int64_t token) {
  const std::uint64_t session = journal_.session();
  const int doubts = doubts_;  // one that arises meanwhile is for the next time
  if (session == session_ && doubts == doubts_settled_) return {};
  forget_old();
  if (written_.empty() && open_.empty()) {
    session_ = session;
    doubts_settled_ = doubts;
    return {};
  }
  const auto newest = journal_.newest(kCompared);
  if (!newest) return ports::WriteError{ports::WriteFault::kUnreachable, newest.error().message};
  std::set<std::tuple<std::string, model::ActionState, std::int64_t>> there;
  std::set<std::string> ended;
  for (const ports::JournalEntry& entry : *newest) {
    there.emplace(entry.action.id, entry.state, to_unix_ms(entry.at));
    if (model::is_final(entry.state)) ended.insert(entry.action.id);
  }
  // What is open and older than all that is remembered comes first.
  std::vector<ports::JournalEntry> known;
  std::set<std::string> recent;
  for (const Written& written : written_) recent.insert(written.entry.action.id);
  for (const auto& [id, entry] : open_) {
    if (!recent.contains(id)) known.push_back(entry);
  }
  for (const Written& written : written_) known.push_back(written.entry);
  std::size_t again = 0;
  for (ports::JournalEntry& entry : known) {
    if (ended.contains(entry.action.id) || there.contains({entry.action.id, entry.state, to_unix_ms(entry.at)})) {
      continue;
    }
    entry.token = token;
    if (auto done = write([&] { return journal_.append(entry); }); !done) return done;
    ++again;
  }
  session_ = session;
  doubts_settled_ = doubts;
  if (again > 0) {
    told_("the journal had lost its end; " + std::to_string(again) + " entries were written again");
  }
  return {};
}

void JournalMemory::forget_old() {
  while (!written_.empty() && clock_.steady() - written_.front().at > kRemembered) written_.pop_front();
}

}  // namespace hotspot::loop
