// The executor: has actions carried out, follows them in the snapshots, and tells the journal every state.
//
// It starts no thread and waits for nothing: what reaches the hypervisor does so through ports::Actions.
// Thread rule: the loop's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actuator/act/executor_options.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/actions.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/journal.h"

namespace hotspot::act {

class Executor {
 public:
  Executor(std::unique_ptr<ports::Actions> actions, ports::Journal& journal, const ports::Clock& clock,
           ExecutorOptions options);
  // A migration under way is left to libvirt, and the journal keeps it open.
  ~Executor();

  // Journals the intent and, if that succeeded, has the action carried out.
  Result<void, ports::WriteError> begin(const model::Action& action, std::int64_t token);

  // Nothing is begun at libvirt from this time on (steady). Without it: no limit. The leader tells it with each
  // renewal of the lease: who could not renew it in time does not act, however late that is noticed.
  void act_until(Milliseconds steady);

  // Takes up what was reported and what the snapshots show, journals it, and returns the entries written. A guest
  // that suffers from a shrink gets its memory back, by an action of its own in the journal.
  // After a fenced write nothing more is written and fenced() is true.
  std::vector<ports::JournalEntry> advance(const model::Cluster& cluster, std::int64_t token);
  bool fenced() const;

  // Stops a migration under way, an action that has not started, or the watch after a shrink: the memory stays where it
  // is. False: it is too late.
  bool cancel(const std::string& action_id, const std::string& why);

  // What the action was for is over: it is skipped, if it has not begun yet. `why` is the sentence.
  void let_go(const std::string& action_id, const std::string& why);
  // A guest asks for the memory that is being taken from it: it gets it back. False: this is no shrink that is under
  // way.
  bool give_back(const std::string& action_id, const std::string& why);

  // Not final yet, in order of beginning.
  std::vector<plan::InFlight> in_flight() const;

  // After a restart or a takeover: finds out from libvirt what became of these, before anything new is begun.
  // Those whose nodes do not answer stay in flight and are asked again.
  void adopt(const std::vector<ports::JournalEntry>& open);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotspot::act
