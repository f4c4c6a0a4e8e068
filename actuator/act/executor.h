// The executor: carries actions out through the ports, one worker each, and tells the journal every state.
//
// Thread rule: all methods are called from the loop's thread. Workers never touch the journal: they post events, which
// advance() takes up. `wake` is called from workers when an event waits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actuator/act/shrink_guard.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/ports/journal.h"

namespace hotspot::act {

struct ExecutorOptions {
  Milliseconds verify_limit{std::chrono::seconds(30)};      // for the snapshots to show what libvirt says
  Milliseconds stall_limit{std::chrono::seconds(150)};      // a migration without progress for this long is cancelled
  Milliseconds progress_interval{std::chrono::seconds(1)};  // journal entries of a migration's progress, at most
  int most_workers = 256;                                   // threads; an action more waits for one that ends
  Milliseconds ask_again{std::chrono::seconds(1)};  // before a node or a guest that did not answer is asked again
  plan::MigrationSettings migration;
  ShrinkOptions shrink;
};

class Executor {
 public:
  Executor(ports::Hypervisor& hypervisor, ports::Journal& journal, const ports::Clock& clock, ExecutorOptions options,
           std::function<void()> wake);
  // A migration under way is left to libvirt, and the journal keeps it open. Its worker goes on waiting for libvirt:
  // the hypervisor and the clock must live as long as the process.
  ~Executor();

  // Journals the intent and, if that succeeded, hands the action to a worker.
  Result<void, ports::WriteError> begin(const model::Action& action, std::int64_t token);

  // Workers begin nothing at libvirt from this time on (steady). Without it: no limit. The leader tells it with each
  // renewal of the lease: who could not renew it in time does not act, however late that is noticed.
  void act_until(Milliseconds steady);

  // Takes up what workers reported and what the snapshots show, journals it, and returns the entries written. A guest
  // that suffers from a shrink gets its memory back, by an action of its own in the journal.
  // After a fenced write nothing more is written and fenced() is true.
  std::vector<ports::JournalEntry> advance(const model::Cluster& cluster, std::int64_t token);
  bool fenced() const;

  // Stops a migration under way, an action that has not started, or the watch after a shrink: the memory stays where it
  // is. False: it is too late.
  bool cancel(const std::string& action_id, const std::string& why);

  // What the action was for is over: it is skipped, if its worker has not begun yet. `why` is the sentence.
  void let_go(const std::string& action_id, const std::string& why);
  // A guest asks for the memory that is being taken from it: it gets it back. False: this is no shrink that is under
  // way.
  bool give_back(const std::string& action_id, const std::string& why);

  // Not final yet, in order of beginning.
  std::vector<plan::InFlight> in_flight() const;

  // After a restart or a takeover: finds out from libvirt what became of these, before anything new is begun. A worker
  // each; those whose nodes do not answer stay in flight and are asked again.
  void adopt(const std::vector<ports::JournalEntry>& open);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace hotspot::act
