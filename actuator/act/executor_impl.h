// What the executor keeps. For executor*.cc of this folder only.
//
// Thread rule: the loop's thread, except post(), which workers call.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "actuator/act/executor.h"
#include "actuator/act/worker.h"

namespace hotspot::act {

// What is known of a guest from which memory is taken.
struct ShrinkWatch {
  ShrinkWatch(const ShrinkOptions& options, Milliseconds now) : guard(options), fresh_at(now) {}
  ShrinkGuard guard;
  WallTime begun_at{};
  WallTime step_at{};     // the newest step
  bool allowed = false;   // the next one, and it is not taken yet
  WallTime seen_at{};     // the newest snapshot
  Milliseconds fresh_at;  // steady: when it came; before the first, when the watch began
  std::string trouble;    // why it ends; empty: all is well
  model::ActionState ends_as = model::ActionState::kAborted;
  bool give_back = false;
};

struct Executor::Impl : std::enable_shared_from_this<Executor::Impl> {
  // What is known of one action that is not final yet.
  struct Running {
    std::shared_ptr<WorkOrder> order;
    std::thread thread;
    model::ActionState state = model::ActionState::kIntent;
    WallTime verifying_since{};
    Milliseconds verify_until{0};           // steady
    std::map<std::string, double> figures;  // all that were told, the newest of each
    std::optional<ShrinkWatch> shrink;      // of one that takes memory away
    std::set<int> vcpus_in_use;             // of those that it added
    bool guest_answered = false;            // its agent has said that all are online
  };

  Impl(ports::Hypervisor& h, ports::Journal& j, const ports::Clock& c, ExecutorOptions o, std::function<void()> w)
      : hypervisor(h), journal(j), clock(c), options(std::move(o)), wake(std::move(w)) {}

  ports::Hypervisor& hypervisor;
  ports::Journal& journal;
  const ports::Clock& clock;
  ExecutorOptions options;
  std::function<void()> wake;

  std::vector<std::unique_ptr<Running>> running;  // in order of beginning
  std::deque<ports::JournalEntry> unwritten;      // what Redis has not taken yet, in order
  bool fenced = false;

  const std::shared_ptr<std::atomic<Milliseconds>> act_until =
      std::make_shared<std::atomic<Milliseconds>>(Milliseconds::max());
  std::mutex mutex;
  std::vector<Report> reports;  // guarded by mutex
  bool closed = false;          // guarded by mutex: the executor is gone, a worker that was left behind talks to nobody

  void start(std::shared_ptr<WorkOrder> order, model::ActionState state);
  // Where no thread is to be had the action waits as it is, and is tried again at the next round.
  void begin_working(Running& entry);
  void post(Report report);
  // A worker may be in the middle of a migration, which libvirt goes on with. It is left alone: its thread keeps what
  // it needs alive, except the hypervisor and the clock.
  void close();
  Running* find(const std::string& id);
  void note(Running& entry, model::ActionState state, WallTime at, std::string message,
            std::map<std::string, double> figures);
  void take_reports();
  void look_at_snapshots(const model::Cluster& cluster);
  static bool adds_vcpus(const model::Action& action);
  // Without an agent, a guest shows by the CPU time of a vCPU that it has brought it online.
  void look_at_vcpus(Running& entry, const telemetry::DomainSample& sample);
  ports::JournalEntry intent_of(const model::Action& action, std::int64_t token) const;
  std::vector<ports::JournalEntry> write(std::int64_t token);
  void forget_ended();

  // Shrinks of memory: executor_shrink.cc.
  void note_step(Running& entry, const Report& report);
  // Allows the next step, ends the action, or has the memory given back.
  void watch_shrink(Running& entry, const model::Cluster& cluster);
  enum class GiveBack { kNo, kYes };
  void stop_shrink(Running& entry, std::string why, model::ActionState ends_as, GiveBack give_back);
  // After the last step, once the guest was watched for long enough.
  void finish_shrink(Running& entry, const model::Cluster& cluster);
  // Ends shrinks whose workers have stopped. The intent of the roll-back comes before the end of what it undoes: who
  // takes over in between finds both open.
  void end_shrinks(std::int64_t token, std::vector<ports::JournalEntry>& written);
  model::Action roll_back(const Running& entry, std::int64_t token) const;
};

}  // namespace hotspot::act
