// The loop's log messages: each trouble once, with beginning, end and duration; names as people know them; routine as
// debug.
//
// Sentences are made here, and Episodes decides when they are logged. Nothing here is acted upon. Thread rule: one
// thread.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/episodes.h"
#include "actuator/model/cluster.h"
#include "actuator/plan/decision.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/event_writer.h"
#include "actuator/ports/journal.h"
#include "actuator/ports/snapshot_source.h"
#include "actuator/record/decision_head.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/rule_set.h"

namespace hotspot::loop {

class LogStory {
 public:
  LogStory(Log log, const ports::Clock& clock) : log_(log), clock_(clock), episodes_(std::move(log)) {}

  // Rule files. `why` they were read: "SIGHUP"; `problems`: a line each; `runs_on`: the set of before, if there is one.
  struct Refused {
    std::string why;
    std::vector<std::string> problems;
    bool runs_on = false;
  };
  void rules_refused(const Refused& refused);
  void rules_loaded(const std::string& why, const rules::RuleSet& set, const std::vector<std::string>& warnings);
  void rules_unchanged(const std::string& why, const rules::RuleSet& set);

  void took_lead(const std::string& cluster, const std::string& holder, std::int64_t token);
  void asks_about_open_actions(std::size_t count);
  void hands_over(const std::string& cluster, const std::string& heir);
  // It was given and is given back, because what was before cannot be read: said once for each reason, however often.
  void cannot_lead(const std::string& why);
  // The chain of decisions (record/decision_head.h): its newest one; and if the store has lost what was recorded.
  void decision_head(const record::DecisionHead& head);
  void lost_decisions(const record::DecisionHead& before, const record::DecisionHead& now);
  void lost_lead(const std::string& why);  // or gave it back: nothing of it is ours to tell any more

  // Redis, as one of our connections to it sees it.
  void redis(const std::string& connection, const ports::SourceChange& change);
  void write_failed(const std::string& what, const ports::WriteError& error);
  void written(const std::string& what);
  void events(const ports::EventsStatus& status);  // each round: what Graphite makes of them
  void bad_snapshot(const std::string& fault, const std::string& stream_id, const std::string& message);
  void nodes(const model::Cluster& cluster, const model::Freshness& freshness);
  void clock_moved(Milliseconds by);

  // Of one evaluation: those in phase firing, and what could not be evaluated.
  void firings(const std::vector<rules::Firing>& firing, const model::Cluster& cluster);
  void problems(const std::vector<std::string>& problems);
  void decision(const plan::Decision& decision);
  void action(const ports::JournalEntry& entry);
  // One sentence about a subject; the same subject's next ones within a minute are counted.
  void notice(LogLevel level, const std::string& subject, const std::string& sentence);

  void say();  // once a round, at its end

 private:
  void node_trouble(const model::Node& node, std::vector<Episode>& silent) const;

  Log log_;
  const ports::Clock& clock_;
  Episodes episodes_;
  struct {
    bool wrong = false;
    Milliseconds since{0};
    std::vector<std::string> problems;
  } rules_;
  std::optional<Milliseconds> leads_since_;
  std::string cannot_lead_;  // why; empty: it can
  Milliseconds cannot_lead_since_{0};
  Milliseconds redis_well_since_{0};
  std::map<std::string, std::string> redis_words_;     // by connection: what it said last
  std::map<std::string, Milliseconds> bad_snapshots_;  // by fault: when the newest came
};

}  // namespace hotspot::loop
