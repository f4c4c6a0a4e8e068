// The actions that this hotspotd has under way while it leads: the executor, from taking the lead to losing it.
//
// While another leads there is none: nothing is in flight, nothing can be cancelled. After a takeover nothing new may
// be planned until libvirt was asked about actions that were open; a node that does not answer holds that up for the
// limit of a call. Thread rule: one thread, the loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "actuator/act/executor.h"
#include "actuator/act/make_actions.h"
#include "actuator/loop/options.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/planner.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/hypervisor.h"
#include "actuator/ports/journal.h"

namespace hotspot::loop {

class OwnActions {
 public:
  struct Ports {
    act::MakeActions make_actions;  // called with each lead
    ports::Hypervisor& hypervisor;
    ports::Journal& journal;
    const ports::Clock& clock;
  };
  OwnActions(const Options& options, Ports ports);

  // Determines what became of actions that are open in the journal.
  void take_lead(const std::vector<ports::JournalEntry>& open);
  void lose_lead() { executor_.reset(); }
  bool has_lead() const { return executor_ != nullptr; }
  void act_until(Milliseconds steady);  // see Executor

  bool may_plan() const;
  void planned() { adopting_until_ = Milliseconds(0); }

  // Of the executor. An error of begin() without a lead: another leads.
  Result<void, ports::WriteError> begin(const model::Action& action, std::int64_t token);
  std::vector<ports::JournalEntry> advance(const model::Cluster& cluster, std::int64_t token);
  bool fenced() const { return executor_ != nullptr && executor_->fenced(); }
  std::vector<plan::InFlight> in_flight() const;
  bool cancel(const std::string& action_id, const std::string& why);
  void let_go(const std::string& action_id, const std::string& why);
  void give_back(const std::string& action_id, const std::string& why);

 private:
  Ports ports_;
  act::ExecutorOptions options_;
  Milliseconds adoption_limit_;
  std::unique_ptr<act::Executor> executor_;
  Milliseconds adopting_until_{0};  // steady; 0: nothing was open, or planning has begun
};

}  // namespace hotspot::loop
