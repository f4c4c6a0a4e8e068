// The executor's data. For executor*.cc of this folder only.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actuator/act/executor.h"
#include "actuator/act/shrink_guard.h"

namespace hotspot::act {

// What is known about a guest from which memory is taken.
struct ShrinkWatch {
  ShrinkWatch(const ShrinkOptions& options, Milliseconds now) : guard(options), fresh_at(now) {}
  ShrinkGuard guard;
  WallTime begun_at{};
  WallTime step_at{};     // the newest step
  bool allowed = false;   // the next one, and it is not taken yet
  WallTime seen_at{};     // the newest snapshot
  Milliseconds fresh_at;  // steady: when it came; before the first, when the watch began
  std::string trouble;    // why it ends; empty: no reason
  model::ActionState ends_as = model::ActionState::kAborted;
  bool give_back = false;
};

struct Executor::Impl {
  // What is known about one action that is not final.
  struct Running {
    model::Action action;
    bool adopted = false;  // begun by an earlier leader
    model::ActionState state = model::ActionState::kIntent;
    WallTime verifying_since{};
    Milliseconds verify_until{0};           // steady
    std::map<std::string, double> figures;  // all that were reported, the newest of each
    std::optional<ShrinkWatch> shrink;      // of one that takes memory away
    std::set<int> vcpus_in_use;             // of those that it added
    bool guest_answered = false;            // its agent has said that all are online
  };

  Impl(std::unique_ptr<ports::Actions> a, ports::Journal& j, const ports::Clock& c, ExecutorOptions o)
      : actions(std::move(a)), journal(j), clock(c), options(std::move(o)) {}

  std::unique_ptr<ports::Actions> actions;
  ports::Journal& journal;
  const ports::Clock& clock;
  ExecutorOptions options;

  std::vector<std::unique_ptr<Running>> running;  // in order of beginning
  std::deque<ports::JournalEntry> unwritten;      // entries that Redis has not accepted yet, in order
  bool fenced = false;

  ports::Moment now() const { return {clock.now(), clock.steady()}; }
  void start(ports::ActionOrder order, model::ActionState state);
  Running* find(const std::string& id);
  // An entry for the journal. The second: as of now, without new figures.
  void note(Running& entry, ports::ActionReport report);
  void note(Running& entry, model::ActionState state, std::string message);
  void take_reports();
  void look_at_snapshots(const model::Cluster& cluster);
  static bool adds_vcpus(const model::Action& action);
  // Without an agent, a guest shows by the CPU time of a vCPU that it has brought it online.
  void look_at_vcpus(Running& entry, const telemetry::DomainSample& sample);
  ports::JournalEntry intent_of(const model::Action& action, std::int64_t token) const;
  std::vector<ports::JournalEntry> write(std::int64_t token);
  void forget_ended();

  // Shrinks of memory: executor_shrink.cc.
  void note_step(Running& entry, const ports::ActionReport& report);
  // Allows the next step, ends the action, or has the memory given back.
  void watch_shrink(Running& entry, const model::Cluster& cluster);
  enum class GiveBack { kNo, kYes };
  void stop_shrink(Running& entry, std::string why, model::ActionState ends_as, GiveBack give_back);
  // After the last step, once the guest was watched for long enough.
  void finish_shrink(Running& entry, const model::Cluster& cluster);
  // Ends shrinks that have stopped. The intent of the roll-back comes before the end of what it undoes: who
  // takes over in between finds both open.
  void end_shrinks(std::int64_t token, std::vector<ports::JournalEntry>& written);
  model::Action roll_back(const Running& entry, std::int64_t token) const;
};

}  // namespace hotspot::act
