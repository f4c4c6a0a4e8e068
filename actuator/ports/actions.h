// Carries actions out at the hypervisor, and reports what becomes of each. What an action is for, what the snapshots
// show of it and the journal are not its business: that is act::Executor's.
//
// Nothing here waits for the hypervisor: the one body works in threads of its own, the other in simulated time, which
// it learns from `now` alone. Thread rule: one thread, the loop's.
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
  // Of one that somebody before us began: its newest state in the journal. What became of it is found out; nothing is
  // done but to give memory back. Empty: it is to be carried out.
  std::optional<model::ActionState> adopted_state;
  std::map<std::string, double> figures;  // of an adopted one: those in the journal
};

// A state of one action. The last is kVerifying or a final one.
struct ActionReport {
  std::string action_id;
  model::ActionState state = model::ActionState::kStarted;
  WallTime at{};
  std::string message;                    // one sentence; empty: nothing to say
  std::map<std::string, double> figures;  // name with unit → value
};

enum class Work {
  kUnderWay,
  kUnanswered,  // a node has not answered for long what became of it; cancel() then closes it without an answer
  kEnded        // all was reported, or it was never begun here
};

class Actions {
 public:
  // What is under way is left to the hypervisor; nothing is reported, and nothing new is begun.
  virtual ~Actions() = default;

  // Looks at the domain once more, begins the action if all is as the plan presumed, and follows it. Memory is taken
  // from a guest in steps: the first at once, each further one once allow_step() was called for it.
  virtual void begin(ActionOrder order, Moment now) = 0;
  // What has happened since the last call, in order.
  virtual std::vector<ActionReport> reports(Moment now) = 0;
  virtual Work work(const std::string& action_id) const = 0;

  // Each ends the action, if it is not too late. cancel() also a migration under way: it is reported as aborted, with
  // the reason. skip() only what has not begun: it is reported as skipped. stop(): no more memory is taken, and nothing
  // is reported.
  virtual void cancel(const std::string& action_id, const std::string& why) = 0;
  virtual void skip(const std::string& action_id, const std::string& why) = 0;
  virtual void stop(const std::string& action_id) = 0;
  virtual void allow_step(const std::string& action_id) = 0;

  // Nothing is begun from this time on (steady), until it is moved on. Without it: no limit.
  virtual void act_until(Milliseconds steady) = 0;
};

}  // namespace hotspot::ports
