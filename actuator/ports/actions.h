// Carries out actions at the hypervisor, and reports their states. The purpose of an action, what snapshots show of it,
// and the journal are the business of act::Executor.
//
// Nothing here waits for the hypervisor: one implementation uses threads of its own, the other works in simulated time,
// which it learns only from `now`. Thread rule: one thread, the loop's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/model/action.h"
#include "telemetry/units.h"

namespace hotspot::ports {

struct Moment {
  WallTime wall{};
  Milliseconds steady{0};
};

struct ActionOrder {
  model::Action action;
  // For an action that an earlier leader began: its newest state in the journal. Its outcome is determined; the only
  // thing that may be done is to give memory back. Empty: the action is to be carried out.
  std::optional<model::ActionState> adopted_state;
  std::map<std::string, double> figures;  // for an adopted one: those in the journal
};

// A state of one action. The last one is kVerifying or a final state.
struct ActionReport {
  std::string action_id;
  model::ActionState state = model::ActionState::kStarted;
  WallTime at{};
  std::string message;                    // one sentence; empty: nothing to say
  std::map<std::string, double> figures;  // name with unit → value
};

enum class Work {
  kUnderWay,
  kUnanswered,  // its outcome is unknown: a node has not answered for long; cancel() then closes it without an answer
  kEnded        // everything was reported, or it never began here
};

class Actions {
 public:
  // What is under way is left to the hypervisor; nothing more is reported or begun.
  virtual ~Actions() = default;

  // Does the final check, begins the action if everything is as the plan assumed, and follows it. Memory is taken from
  // a guest in steps: the first at once, each further one after a call of allow_step().
  virtual void begin(ActionOrder order, Moment now) = 0;
  // The events since the last call, in order.
  virtual std::vector<ActionReport> reports(Moment now) = 0;
  virtual Work work(const std::string& action_id) const = 0;

  // Each ends the action if it is not too late. cancel() also ends a migration under way: it is reported as aborted,
  // with the reason. skip() only ends what has not begun: it is reported as skipped. stop(): no more memory is taken,
  // and nothing is reported.
  virtual void cancel(const std::string& action_id, const std::string& why) = 0;
  virtual void skip(const std::string& action_id, const std::string& why) = 0;
  virtual void stop(const std::string& action_id) = 0;
  virtual void allow_step(const std::string& action_id) = 0;

  // Nothing begins after this time (steady), until the time is moved on. Without a call: no limit.
  virtual void act_until(Milliseconds steady) = 0;
};

}  // namespace hotspot::ports
