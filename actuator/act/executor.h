// The executor: has actions carried out, follows them in the snapshots, and writes every state to the journal.
//
// It starts no thread and never waits: the hypervisor is reached only through ports::Actions. Thread rule: the loop's
// thread.
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

  // Nothing begins at libvirt after this time (steady). Without a call: no limit. The leader moves it on with each
  // renewal of the lease: a leader that could not renew in time does not act, however late it notices.
  void act_until(Milliseconds steady);

  // Processes reports and what the snapshots show, writes them to the journal, and returns the entries written. A guest
  // that suffers from a shrink gets its memory back, through an action of its own in the journal. After a fenced write
  // nothing more is written, and fenced() is true.
  std::vector<ports::JournalEntry> advance(const model::Cluster& cluster, std::int64_t token);
  bool fenced() const;

  // Stops a migration under way, an action that has not started, or the watch after a shrink: the memory stays where it
  // is. False: it is too late.
  bool cancel(const std::string& action_id, const std::string& why);

  // The reason for the action no longer exists: it is skipped if it has not begun yet. `why` is the sentence.
  void let_go(const std::string& action_id, const std::string& why);
  // A guest needs the memory that is being taken from it: gives it back. False: the action is not a shrink under way.
  bool give_back(const std::string& action_id, const std::string& why);

  // Actions that are not final, in the order in which they began.
  std::vector<plan::InFlight> in_flight() const;

  // After a restart or a takeover: determines from libvirt the outcome of these actions, before anything new begins.
  // Those whose nodes do not answer stay in flight and are queried again.
  void adopt(const std::vector<ports::JournalEntry>& open);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotspot::act
