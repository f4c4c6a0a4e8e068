// The rules' ranges: which of them still need history, and how far samples reach.
//
// The loop calls it in each tick; it requests history when that is due, and places it before the live samples, a little
// at a time. Thread rule: the loop's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/history_reader.h"
#include "actuator/model/cluster.h"
#include "actuator/ports/clock.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/engine/past.h"

namespace hotspot::loop {

// For people and programs: what `status` says of the windows.
struct WindowsStatus {
  // "": no rule looks back. "waiting": for nodes to report. "reading", "filling", "filled"; "none": no history is
  // configured; "failed": it could not be read, see `message`.
  std::string state;
  std::string message;
  std::optional<WallTime> asked_at;
  std::optional<WallTime> history_from, history_to;  // what was found
  std::size_t samples = 0;                           // taken from history
  std::vector<rules::Window> windows;                // the longest first
};

class Windows {
 public:
  // `ask`: empty if no history is configured. `limit`: after so long a read is said to be slow.
  Windows(std::function<void(HistoryRequest)> ask, Milliseconds limit, const ports::Clock& clock);

  // Once a tick of the leader. True: there is more to do at once. `say`: a sentence for the log.
  using Say = std::function<void(const std::string& sentence, bool is_problem)>;
  bool advance(rules::Engine& engine, const model::Cluster& cluster, const Say& say);
  void take(HistoryAnswer answer, const Say& say);
  WindowsStatus status(const rules::Engine& engine) const;
  std::size_t nodes() const { return nodes_.size() + intervals_.size(); }  // that it remembers, twice each

 private:
  void note_nodes(const rules::Engine& engine, const model::Cluster& cluster);
  void forget_gone(const model::Cluster& cluster);
  bool is_due() const;
  void ask(const rules::Engine& engine, const model::Cluster& cluster);
  bool fill(rules::Engine& engine, const Say& say);

  std::function<void(HistoryRequest)> ask_;
  Milliseconds limit_;
  const ports::Clock& clock_;
  std::shared_ptr<const rules::RuleSet> rules_;  // that the rest speaks of
  rules::Reach reach_;
  std::map<std::string, bool> nodes_;  // by name: was history asked for?
  std::map<std::string, Milliseconds> intervals_;
  Milliseconds newest_node_{0};  // steady: when a node came that was not there before
  std::optional<Milliseconds> first_node_;
  std::optional<Milliseconds> asked_;  // steady: when, while the answer is not there
  bool told_slow_ = false;
  std::unique_ptr<rules::Backfill> backfill_;
  std::string state_, message_;
  std::optional<WallTime> asked_at_, from_, to_;
  std::size_t samples_ = 0;
};

}  // namespace hotspot::loop
