// What outlives a restart or a takeover: which part of the loop has which fields of the hash `state`.
//
// The leader writes the fields that changed, once a second and when an action ended (more seldom where it takes long to
// make them, as with thousands of nodes); a new leader restores all parts
// from what it finds, or from what it knows of a store that has lost some. A part that cannot be restored is reported,
// and begins anew. Thread rule: one thread, the loop's.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/intake.h"
#include "actuator/loop/lead.h"
#include "actuator/loop/log_level.h"
#include "actuator/loop/node_gate.h"
#include "actuator/loop/operator_commands.h"
#include "actuator/loop/options.h"
#include "actuator/loop/planning.h"
#include "actuator/loop/publisher.h"
#include "actuator/loop/rule_runner.h"
#include "actuator/loop/safeguards.h"
#include "actuator/loop/state_keeper.h"
#include "actuator/loop/status.h"
#include "actuator/loop/steering.h"
#include "actuator/ports/clock.h"

namespace hotspot::loop {

class SavedState {
 public:
  struct Parts {
    const Options& options;
    const ports::Clock& clock;
    Lead& lead;
    NodeGate& gate;
    Intake& intake;
    RuleRunner& rules;
    Safeguards& safeguards;
    Planning& planning;
    OperatorCommands& commands;
    Publisher& publisher;
    std::function<Status()> status;
  };
  SavedState(Parts parts, Log log);

  // Restores all parts. Returns what people should know.
  std::vector<Notice> take_lead(const Lead::Before& left);
  // While another leads: reads what it writes, for a store that loses it.
  void follow();

  // At most once a second, unless now; and with it what collectors may know.
  void save(StateKeeper::When when);
  // Some fields at once.
  Result<void, ports::WriteError> write(StateFields fields) { return keeper_.write(std::move(fields), token()); }
  // What the store has lost of the journal is written again; if the lease was gone too, so is the state, when it is
  // saved.
  void mend();

 private:
  std::int64_t token() const { return parts_.lead.token(); }
  StateFields durable();
  void save_fields();
  void keep(const StateFields& state, const char* name);
  std::vector<Notice> restore_orders(const StateFields& state, const std::vector<record::Answer>& answered);
  void restore_rules(const StateFields& state);
  void restore_watches(const StateFields& state);
  void restore_books(const StateFields& state);
  void restore_trust(const StateFields& state, std::vector<Notice>& notices);
  void restore_counts(const StateFields& state);
  void be_careful_with_a_cluster_of_before(const StateFields& state);
  Notice state_was_lost() const;
  void report(const std::string& what, const Result<void>& restored) const;

  Parts parts_;
  Log log_;
  StateKeeper keeper_;
};

}  // namespace hotspot::loop
