// What steers the executor from outside the rules: holds and the pause, time windows, changes made by others.
//
// Active in every daemon, also in a standby: it sees the changes, and judges them once it leads and knows from the
// journal which were its own. Thread rule: one thread, the loop's.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/loop/options.h"
#include "actuator/plan/external_changes.h"
#include "actuator/plan/planner.h"
#include "actuator/plan/restraints.h"
#include "actuator/ports/domain_event.h"
#include "actuator/ports/journal.h"
#include "actuator/record/answer.h"
#include "actuator/record/command.h"
#include "telemetry/result.h"

namespace hotspot::loop {

// Something to be told, in the log and among the decisions, which no rule led to.
struct Notice {
  std::string kind;     // "hold", "hold_ended", "changed_by_others"
  std::string subject;  // "domain web1 on h1"
  std::string sentence;
  WallTime at{};
};

class Steering {
 public:
  explicit Steering(const Options& options);

  plan::Restraints restraints() const;
  const plan::HoldBook& holds() const { return holds_; }
  const plan::DomainRests& rests() const { return rests_; }
  std::size_t watched() const { return watch_.size(); }
  std::size_t unjudged() const { return unjudged_.size(); }

  // A node's newest snapshot, or what libvirt told of a domain: also while another leads.
  void saw(const model::Node& node, const model::Cluster& cluster);
  void saw(const ports::DomainEvent& event, const model::Cluster& cluster);
  // A state of an action of ours.
  void note(const ports::JournalEntry& entry) { watch_.note_own(entry.action, entry.state, entry.at); }

  // The field `holds` of the hash `state`. If it cannot be read, that is told, and all is paused.
  std::vector<Notice> restore_holds(const std::string& text, WallTime now);
  // The field `foreign`, and of the journal what is open and the newest entries: what was ours. An error: the field
  // cannot be read, and no domain rests of before.
  Result<void> take_lead(const std::string& foreign, const std::vector<ports::JournalEntry>& open,
                         const std::vector<ports::JournalEntry>& newest, WallTime now);
  std::map<std::string, std::string> durable() const;  // fields of `state`

  struct News {
    std::vector<Notice> notices;
    std::vector<std::pair<std::string, std::string>> cancel;  // ids of actions that somebody else overtook, and why
  };
  // Ends holds, judges changes. While we lead; steady is a clock that does not jump.
  News advance(const std::vector<plan::InFlight>& in_flight, WallTime now, Milliseconds steady);

  // The commands that set and lift holds and the pause; empty for any other.
  struct Situation {
    const model::Cluster& cluster;
    const rules::RuleSet* rules = nullptr;
    const std::vector<plan::InFlight>& in_flight;
    WallTime now{};
    // Ends an action that is under way; false: it cannot be ended any more.
    std::function<bool(const std::string& action_id, const std::string& why)> cancel;
  };
  std::optional<record::Verdict> run(const record::Command& command, const Situation& situation, News& news);

 private:
  struct HoldWish {
    record::End end;
    bool cancel = false;  // what is under way on it is ended
    bool yes = false;     // also in the place of somebody else's pause
  };
  record::Verdict add_hold(plan::Hold hold, const HoldWish& wish, const Situation& situation, News& news);
  record::Verdict remove_hold(const std::string& id, const std::string& by, const Situation& situation, News& news);
  void judge(const plan::ExternalChange& change, const std::vector<plan::InFlight>& in_flight, WallTime now,
             News& news);
  void keep(std::vector<plan::ExternalChange> changes);

  Milliseconds foreign_rest_;
  plan::ShrinkPace shrink_pace_;
  plan::Windows windows_;
  model::TimeZone zone_;
  plan::HoldBook holds_;
  plan::DomainRests rests_;
  plan::ExternalChanges watch_;
  std::deque<plan::ExternalChange> unjudged_;
  WallTime judged_until_{};     // when we last judged, while we lead
  WallTime inherited_until_{};  // what was seen up to then, a leader before us has judged: history may show it again
};

std::string to_json(const Notice& notice, const std::string& id);

}  // namespace hotspot::loop
