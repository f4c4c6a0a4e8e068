// Hosts, virtual machines and what they get of the CPU: a model of CloudSim 3.0.3's power experiment, event for event
// (HostDynamicWorkload, VmSchedulerTimeSharedOverSubscription, PowerDatacenter, and RunnerAbstract's metrics).
#pragma once

#include <array>
#include <vector>

#include "bench/planetlab/machines.h"
#include "bench/planetlab/traces.h"

namespace hotspot::planetlab {

// Of the CPU, newest first, one a tick.
struct History {
  static constexpr std::size_t kLength = 30;
  std::array<double, kLength> shares{};
  std::size_t size = 0;
  void push(double share);
};

struct Vm {
  std::size_t kind = 0;
  std::size_t host = 0;
  enum class State { kHere, kMigrating, kRemoved } state = State::kHere;
  double demand = 0;  // MIPS
  double share = 0;   // demand as a share of its own MIPS
  double allocated = 0;
  History history;
  double mips() const { return kVmKinds[kind].mips; }
  double memory_mb() const { return kVmKinds[kind].memory_mb; }
  double transfer_seconds() const { return memory_mb() / kMemoryMbPerSecond; }
};

// A machine in a host's list; a migrating one is in two lists.
struct Place {
  std::size_t vm;
  enum class Way { kHere, kOut, kIn } way;
};

struct Host {
  std::vector<Place> places;
  double used = 0;         // MIPS, what the machines got
  double used_before = 0;  // before the last update
  double requested = 0;    // MIPS
  double share() const;
  std::size_t index = 0;
};

struct Move {
  std::size_t vm, host;
};

// Ratios of sums; shares, not percents.
struct Metrics {
  double kwh = 0;
  double pdm = 0, slatah = 0, overall_violation = 0, average_violation = 0;
  long migrations = 0, shutdowns = 0;
  double slav() const { return pdm * slatah; }
  double esv() const { return kwh * slav(); }
};

class DataCenter {
 public:
  explicit DataCenter(const Day& day);

  // At the start alone: without anything that counts.
  void place(std::size_t vm, std::size_t host);

  enum class Instant { kTick, kOther };
  // All hosts take what their machines demand at that time; energy since the last instant is added.
  void advance(double seconds, Instant instant);
  void remove_idle();
  void start(const std::vector<Move>& moves);
  // Ends all that began at the last start() and last so long, in their order.
  void finish(double transfer_seconds);

  const std::vector<Host>& hosts() const { return hosts_; }
  const std::vector<Vm>& vms() const { return vms_; }
  Metrics metrics() const;

 private:
  // What was last written down of a machine or a host; it holds until the next.
  struct VmEntry {
    double at = -1, allocated = 0, requested = 0;
    bool out = false;
  };
  struct HostEntry {
    double at = -1, used = 0, requested = 0;
    bool was_active = true;  // in the entry before; all are at the start
    bool shut_down() const { return at >= 0 && was_active && used == 0; }
  };
  struct Sums {
    double requested = 0, allocated = 0, lost_in_migration = 0, active_seconds = 0, violated_seconds = 0, shortfall = 0;
    long shortfalls = 0;
  };

  void set_demands(double seconds, Instant instant);
  void update(std::size_t host);
  double allocate(std::size_t host);
  void write_down(std::size_t host);
  void write_down(std::size_t vm, VmEntry entry);

  const Day& day_;
  double now_ = 0;
  std::vector<Vm> vms_;
  std::vector<Host> hosts_;
  std::vector<VmEntry> vm_entries_;
  std::vector<HostEntry> host_entries_;
  std::vector<Move> under_way_;
  Sums sums_;
  double joules_ = 0;
  long migrations_ = 0, shutdowns_ = 0;
};

}  // namespace hotspot::planetlab
