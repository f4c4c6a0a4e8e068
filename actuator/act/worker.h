// One worker: carries one action out, or determines its outcome, and reports.
//
// Private to ActionThreads. Runs in a thread of its own, and communicates only through reports.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "actuator/act/action_machine.h"
#include "actuator/act/executor_options.h"
#include "actuator/act/final_check.h"
#include "actuator/act/migration_record.h"
#include "actuator/act/migration_watch.h"
#include "actuator/plan/dirty_rate.h"
#include "actuator/ports/actions.h"
#include "actuator/ports/clock.h"

namespace hotspot::act {

// What the worker alone knows about its action.
struct WorkState {
  int asked = 0;                           // how often the state that it found seemed to be final
  std::map<std::string, double> recorded;  // of a migration: its figures in the journal, for a new leader
  bool copied = false;                     // of a migration: some of its memory or disks was sent
  bool emulated = false;                   // the domain's vCPUs are
  std::optional<MigrationWatch> watch;     // of a migration that is under way
};

// Shared by loop and worker for one action. The loop may ask it to stop; the worker checks that between its steps.
struct WorkOrder {
  model::Action action;
  bool adopted = false;  // begun by an earlier leader: determine its outcome, do not carry it out
  model::ActionState adopted_state = model::ActionState::kIntent;

  std::atomic<bool> cancel{false};    // stop the action
  std::atomic<bool> over{false};      // the reason for the action no longer exists: skip it unless it has begun
  std::atomic<bool> abandon{false};   // stop the worker; what is under way in libvirt goes on
  std::atomic<bool> stop{false};      // take no more memory, and end without a report: the executor gives the reason
  std::atomic<int> steps_allowed{1};  // of a shrink: the next is allowed when the guest is well
  mutable std::mutex mutex;
  std::condition_variable changed;  // cancel or abandon was set
  std::atomic<int> unanswered{0};   // consecutive queries about the outcome that a node did not answer
  std::string cancel_reason;        // guarded by mutex
  std::string over_reason;          // guarded by mutex
  bool finished = false;            // guarded by mutex: the worker has reported all
  WorkState own;                    // before the worker starts, whoever makes the order may fill it
};

using Deadline = std::shared_ptr<const std::atomic<Milliseconds>>;

class Worker {
 public:
  struct Ports {
    ports::Hypervisor& hypervisor;
    const ports::Clock& clock;
    std::function<void(ports::ActionReport)> report;
  };
  // deadline: steady; nothing is begun from then on, unless it is moved on. Calls that hang may outlive the worker.
  Worker(Ports ports, const ExecutorOptions& options, Deadline deadline)
      : hypervisor_(ports.hypervisor),
        clock_(ports.clock),
        options_(options),
        deadline_(std::move(deadline)),
        report_(std::move(ports.report)) {}

  void run(WorkOrder& order);

 private:
  using Facts = Result<ports::DomainFacts, ports::CallError>;
  void carry_out(WorkOrder& order);
  void give_back(WorkOrder& order);
  void find_out(WorkOrder& order);
  bool find_out_migration(WorkOrder& order);
  // Why it has failed in a way that only people can mend; empty: it has not, or it is asked again.
  std::optional<std::string> dead_end(WorkOrder& order, const Facts& source, const Facts& target);
  bool close_unanswered(WorkOrder& order, const std::string& node, const std::string& known);
  bool source_away(WorkOrder& order, const Facts& target);
  void tell_stayed(WorkOrder& order, const ports::DomainFacts& source, const Facts& target);
  void found_at_target(WorkOrder& order, std::string message);
  void attend(WorkOrder& order, const ports::DomainFacts& source, const Facts& target);
  bool find_out_step(WorkOrder& order);
  bool find_out_tuning(WorkOrder& order);
  void tell_found(WorkOrder& order, const ports::Applied& found);
  bool is_over(const WorkOrder& order);  // true: and this was reported
  bool look_again(WorkOrder& order);     // the final check; false: the reason was reported
  void scale(WorkOrder& order);
  void shrink(WorkOrder& order);
  Result<void, ports::CallError> apply(const model::Action& action, const model::Step& step);
  bool guest_takes_memory(WorkOrder& order, std::map<std::string, double>& figures);  // false: the reason was reported
  std::string hold_virtio_mem(const model::Action& action, const model::SetVirtioMem& step,
                              const ports::DomainFacts& facts);
  // A migration that was thought through just before it begins.
  struct Prepared {
    plan::MigrationMethod method;
    std::map<std::string, double> figures;  // predicted
    std::string sentence;
  };
  using Sampled = Result<plan::DirtySample, ports::CallError>;
  Sampled sample_dirty_rate(const WorkOrder& order, const plan::DirtySampling& sampling);
  std::string look_at_writing(const WorkOrder& order, plan::Figures& expected);
  std::optional<Prepared> prepare(WorkOrder& order);
  void migrate(WorkOrder& order, const Prepared& prepared);
  ports::Verdict follow(WorkOrder& order, const ports::MigrationProgress& progress);
  void settle(WorkOrder& order, const ports::CallError& error);
  bool change_definition(WorkOrder& order, const ports::DomainFacts& live);  // false: the reason was reported
  bool guest_follows(WorkOrder& order, std::map<std::string, double>& figures);
  std::string keep_autostart(const WorkOrder& order);
  void confirm(WorkOrder& order, std::map<std::string, double> figures, std::string message = "");
  void tell(const WorkOrder& order, model::ActionState state, std::string message = "",
            std::map<std::string, double> figures = {});
  bool pause(WorkOrder& order, Milliseconds duration);  // false: abandon
  bool wait_for_lease(WorkOrder& order);                // false: abandon
  bool may_act() const { return clock_.steady() < deadline_->load(); }

  ports::Hypervisor& hypervisor_;
  const ports::Clock& clock_;
  const ExecutorOptions& options_;
  Deadline deadline_;
  std::function<void(ports::ActionReport)> report_;
};

std::string cancel_reason(WorkOrder& order);

}  // namespace hotspot::act
