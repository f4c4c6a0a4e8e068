// Carries out what operators ask of the leader, and answers.
//
// Everything that has arrived is settled in one round, see CommandDesk. What a command changed is written before its
// answer: success is reported only for what outlives this process. Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/command_desk.h"
#include "actuator/loop/intake.h"
#include "actuator/loop/lead.h"
#include "actuator/loop/log_level.h"
#include "actuator/loop/node_gate.h"
#include "actuator/loop/options.h"
#include "actuator/loop/own_actions.h"
#include "actuator/loop/planning.h"
#include "actuator/loop/rule_runner.h"
#include "actuator/loop/safeguards.h"
#include "actuator/ports/clock.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"

namespace hotspot::loop {

class OperatorCommands {
 public:
  using Fields = std::map<std::string, std::string>;
  struct Parts {
    const ports::Clock& clock;
    Lead& lead;
    NodeGate& gate;
    Intake& intake;
    const RuleRunner& rules;
    OwnActions& actions;
    Safeguards& safeguards;
    Planning& planning;
    std::function<void(const std::string& why)> reload;                  // the rule files
    std::function<Result<void, ports::WriteError>(Fields)> save_fields;  // of the state, at once
  };
  OperatorCommands(std::string holder, const Options& options, Parts parts, Log log);

  void take(ports::Command command) { desk_.take(std::move(command)); }  // also while another leads
  // All that waits, as the leader.
  void run();
  void lose_lead() { desk_.written(desk_.unwritten().size()); }  // whoever leads now answers

  // See CommandDesk.
  Fields durable() const { return desk_.durable(); }
  bool restore(const Fields& state, const std::vector<record::Answer>& answered) {
    return desk_.restore(state, answered, parts_.clock.now());
  }
  DeskCounts counts(std::size_t dropped) const { return desk_.counts(dropped); }

 private:
  record::Verdict run(const CommandDesk::Ready& ready, Steering::News& news);
  record::Verdict set_mode(const record::SetMode& asked);
  record::Verdict reload_once();
  bool save_recommendations();
  record::Verdict cancel_action(const record::CancelAction& asked);
  record::Verdict drain(const record::DrainNode& asked);
  record::Verdict undrain(const std::string& name);
  void write_answers();

  Parts parts_;
  Log log_;
  CommandDesk desk_;
  std::optional<record::Verdict> reload_verdict_;  // of this round's reload, if there was one
};

}  // namespace hotspot::loop
