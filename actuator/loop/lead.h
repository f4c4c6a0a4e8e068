// Whether this hotspotd leads its cluster, and what became of the writes that it makes as the leader.
//
// The lease is renewed wherever a round takes long: keep(). What became of the lead is acted upon only where nothing is
// half done: begin_round() and goes_on(). A write that was refused because another leads ends the lead at once. Nothing
// is written except through journal(), which remembers the newest entries for a store that loses them.
// Thread rule: one thread, the loop's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/journal_memory.h"
#include "actuator/loop/leadership.h"
#include "actuator/loop/log_level.h"
#include "actuator/loop/log_story.h"
#include "actuator/loop/write.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/journal.h"
#include "actuator/ports/lease.h"
#include "actuator/record/answer.h"

namespace hotspot::loop {

class Lead {
 public:
  struct Ports {
    ports::Journal& journal;
    ports::Lease& lease;
    const ports::Clock& clock;
    Spread* spread = nullptr;  // where this daemon may lead several clusters
    LogStory& story;
  };
  // What follows from a change.
  struct Changes {
    std::function<void()> gained;  // reads what was before; may give the lead up
    std::function<void()> lost;
    std::function<void(Milliseconds until)> renewed;  // steady: until then the lead is ours
  };
  Lead(const std::string& cluster, Ports ports, const Log& log, Changes changes);
  Lead(const Lead&) = delete;
  Lead& operator=(const Lead&) = delete;

  bool leads() const { return leadership_.leads(); }
  std::int64_t token() const { return leadership_.token(); }
  WallTime since() const { return since_; }  // when it was gained last
  const std::string& holder() const { return leadership_.holder(); }
  Milliseconds due_in() const { return leadership_.due_in(); }
  ports::Journal& journal() { return memory_; }

  // Acts upon what became of the lead since, and renews the lease or tries to get it.
  void begin_round();
  // Renews the lease if that is due. False: the lead is lost, or may be; nothing more may be begun in this round.
  bool keep();
  // Do we still lead? Acts upon it if not.
  bool goes_on();
  // While it may not lead, instead of begin_round().
  void abstain(const std::string& why) { leadership_.abstain(why); }

  // What leaders before have left.
  struct Before {
    std::map<std::string, std::string> state;
    std::vector<ports::JournalEntry> open, newest;
    std::vector<record::Answer> answered;
  };
  // For the new leader. Empty: it cannot be read, or the lead is lost again; it was given up.
  std::optional<Before> read_before();
  void give_up(const std::string& why);  // it cannot lead
  void release() { leadership_.release(); }
  // The daemon that should lead this cluster, by the spread; empty: it stays.
  std::string heir() const { return leadership_.heir(); }
  void hand_over();
  void lose(const std::string& why);  // another leads, as was found

  // Records a decision as JSON; false if that failed, which is reported as `what`. The head of their chain goes into
  // the log with the first one of each lead and of each day (UTC): whoever can change Redis cannot change it there.
  bool record_decision(const std::string& json, const std::string& what);

  // Reports a write that failed, once, and that it succeeds again.
  void check_write(const Result<void, ports::WriteError>& written, const std::string& what);
  void check_write(const Written& written, const std::string& what);

  // How often the store has lost the lease that was ours: it may have lost more.
  int losses() const { return leadership_.losses(); }
  void doubt_journal() { memory_.doubt(); }
  // Writes again what the store has lost of the journal.
  void mend_journal() { check_write(memory_.mend(token()), "what the journal had lost"); }
  // While another leads: reads what it wrote to the journal, every second. True: it was read now.
  bool follow();

 private:
  void act_upon(Leadership::Change change);
  void tell_head(const std::optional<record::DecisionHead>& before);

  const ports::Clock& clock_;
  LogStory& story_;
  Changes changes_;
  Leadership leadership_;
  JournalMemory memory_;
  // What became of the lead while a round went on, if nothing was done about it yet.
  Leadership::Change meanwhile_ = Leadership::Change::kNone;
  WallTime since_{};
  std::optional<std::chrono::sys_days> head_told_;  // empty: not yet by this lead
  Milliseconds next_follow_{0};
};

}  // namespace hotspot::loop
