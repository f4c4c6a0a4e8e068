// Actions in simulated time: no thread, no clock, no waiting. A night of them passes as fast as its steps can be worked
// out.
//
// Time is what begin() and reports() are told. Whatever was due by then happens in the order in which it was due, and
// is reported with the time at which it was due. A migration takes as long as StepTimes says; the hypervisor, whose
// calls must not wait, is asked to do it at its end. Thread rule: as the port.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actuator/act/executor_options.h"
#include "actuator/ports/actions.h"
#include "actuator/ports/hypervisor.h"

namespace hotspot::simulation {

struct StepTimes {
  Milliseconds look{50};  // the final check
  Milliseconds change{100};
  Milliseconds migration{90'000};
  // Called when a migration begins: how long this one takes, from then on. Empty: as above. And when one ends before
  // that, without having moved the domain. Empty: nobody wants to know.
  std::function<Milliseconds(const model::Action&)> begin_migration = {};
  std::function<void(const model::Action&)> drop_migration = {};
};

class SimulatedActions : public ports::Actions {
 public:
  SimulatedActions(ports::Hypervisor& hypervisor, act::ExecutorOptions options, StepTimes step_times = {});

  void begin(ports::ActionOrder order, ports::Moment now) override;
  std::vector<ports::ActionReport> reports(ports::Moment now) override;
  ports::Work work(const std::string& action_id) const override;
  void cancel(const std::string& action_id, const std::string& why) override;
  void skip(const std::string& action_id, const std::string& why) override;
  void stop(const std::string& action_id) override;
  void allow_step(const std::string& action_id) override;
  void act_until(Milliseconds steady) override { deadline_ = steady; }

  // When something is due next, steady; max: nothing is.
  Milliseconds next_due() const;

 private:
  enum class Phase { kLook, kChange, kShrink, kMigrate, kConfirm, kFindOut, kGiveBack };
  struct Running {
    ports::ActionOrder order;
    Phase phase = Phase::kLook;
    Milliseconds due{0};               // steady; max: it waits for a word
    Milliseconds began{0};             // a migration
    Milliseconds until{0};             // when the migration is over, or the guest must have followed
    std::int64_t held_bytes = 0;       // of a shrink: what its steps have left so far
    int steps = 0, steps_allowed = 1;  // of a shrink
    int unanswered = 0;                // how often, one after the other
    std::optional<std::string> cancel, skip;
    bool stop = false;
    bool asked = false;  // of a roll-back
    bool ended = false;

    const model::Action& action() const { return order.action; }
  };

  void step(Running& one);
  void look(Running& one);
  void change(Running& one);
  void shrink(Running& one);
  void migrate(Running& one);
  void confirm(Running& one);
  void find_out(Running& one);
  void find_out_unanswered(Running& one);
  void give_back(Running& one);
  void settle(Running& one, const ports::CallError& error);
  enum class Goal { kReached, kMissed };
  void found(Running& one, Goal goal);
  void tell(Running& one, model::ActionState state, std::string message = "",
            std::map<std::string, double> figures = {});
  bool may_act(const Running& one) const { return one.due < deadline_; }
  Result<void, ports::CallError> apply(const Running& one, const model::Step& step);
  Running* find(const std::string& action_id);
  void wake(Running* one);

  ports::Hypervisor& hypervisor_;
  act::ExecutorOptions options_;
  StepTimes step_times_;
  Milliseconds deadline_ = Milliseconds::max();
  ports::Moment now_;
  std::vector<Running> running_;  // in order of beginning
  std::vector<ports::ActionReport> reports_;
};

}  // namespace hotspot::simulation
