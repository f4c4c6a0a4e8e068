#include "actuator/daemon/journal_memory.h"

#include <set>
#include <tuple>
#include <utility>

namespace hotspot::daemon {
namespace {

// Longer than a failover takes, and than Redis lets a replica or its disk lag behind.
constexpr Milliseconds kRemembered{std::chrono::minutes(5)};
// Of the journal's end; more than is written in that time.
constexpr std::size_t kCompared = 5000;

}  // namespace

Result<void, ports::WriteError> JournalMemory::append(const ports::JournalEntry& entry) {
  if (auto mended = mend(entry.token); !mended) return mended;
  auto written = journal_.append(entry);
  if (written) {
    forget_old();
    written_.push_back({entry, clock_.steady()});
  }
  return written;
}

Result<void, ports::WriteError> JournalMemory::mend(std::int64_t token) {
  const std::uint64_t session = journal_.session();
  if (session == session_) return {};
  forget_old();
  if (written_.empty()) {
    session_ = session;
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
  std::size_t again = 0;
  for (const Written& written : written_) {
    ports::JournalEntry entry = written.entry;
    if (ended.contains(entry.action.id) || there.contains({entry.action.id, entry.state, to_unix_ms(entry.at)})) {
      continue;
    }
    entry.token = token;
    if (auto done = journal_.append(entry); !done) return done;
    ++again;
  }
  session_ = session;
  if (again > 0) {
    told_("the journal had lost its end; " + std::to_string(again) + " entries were written again");
  }
  return {};
}

void JournalMemory::forget_old() {
  while (!written_.empty() && clock_.steady() - written_.front().at > kRemembered) written_.pop_front();
}

}  // namespace hotspot::daemon
