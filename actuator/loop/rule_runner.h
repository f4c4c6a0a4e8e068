// The rules that run: read from their files and read again, evaluated, and their windows filled with history.
//
// A set that is wrong is refused whole, and the one before goes on. Thread rule: one thread, the loop's.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/history_reader.h"
#include "actuator/loop/intake.h"
#include "actuator/loop/loaded_rules.h"
#include "actuator/loop/log_story.h"
#include "actuator/loop/metrics.h"
#include "actuator/loop/options.h"
#include "actuator/loop/status.h"
#include "actuator/loop/windows.h"
#include "actuator/ports/clock.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/grow_mark.h"
#include "actuator/rules/node_mark.h"

namespace hotspot::loop {

class RuleRunner {
 public:
  struct Ports {
    std::function<LoadedRules()> load;                     // reads and checks the rule files
    std::function<void(HistoryRequest)> ask_history = {};  // empty: none is configured
    std::function<void()> between_rules = {};              // what must not wait while rules are evaluated
    const ports::Clock& clock;
    LogStory& story;
  };
  RuleRunner(const Options& options, Ports ports, Log log);

  // Null: the files are wrong, or they say what runs already; otherwise the new set.
  const rules::RuleSet* reload(const std::string& why);
  bool has_rules() const { return has_rules_; }  // a set was right at least once
  const RulesStatus& status() const { return status_; }
  const rules::RuleSet& rules() const { return *engine_.rules(); }
  const std::vector<rules::SourceFile>& files() const { return files_; }  // what they were read from

  // Each snapshot must be observed; evaluate() does it too.
  void observe(const Intake& intake) { engine_.observe(intake.cluster(), ports_.clock.now()); }
  void evaluate(const Intake& intake);
  const rules::Step& step() const { return step_; }                     // the newest evaluation
  const std::vector<rules::Firing>& firing() const { return firing_; }  // of it: those in phase firing
  const rules::Engine& engine() const { return engine_; }
  void restore(rules::SavedStates saved) { engine_.restore(std::move(saved)); }
  // What rules give more of, and above which mark.
  const std::vector<rules::GrowMark>& grow_marks() const { return grow_marks_; }
  // Which rules relieve nodes, and above which mark.
  const std::vector<rules::NodeMark>& node_marks() const { return node_marks_; }

  // True: there is more to do at once.
  bool fill_windows(const model::Cluster& cluster);
  void take_history(HistoryAnswer answer);
  WindowsStatus windows() const { return windows_.status(engine_); }
  std::size_t nodes_of_windows() const { return windows_.nodes(); }

  const Meters& meters() const { return meters_; }
  void count_failed_shrinks(std::uint64_t failed) { meters_.shrinks_failed = failed; }

 private:
  Windows::Say say() const;

  std::vector<WindowRule> window_rules_;  // that windows of time name
  Ports ports_;
  Log log_;
  rules::Engine engine_;
  RulesStatus status_;
  bool has_rules_ = false;
  std::vector<rules::SourceFile> files_;
  std::vector<rules::GrowMark> grow_marks_;
  std::vector<rules::NodeMark> node_marks_;
  rules::Step step_;
  std::vector<rules::Firing> firing_;
  Windows windows_;
  Meters meters_;
};

}  // namespace hotspot::loop
