// Keeps libvirt away from collectd's threads: reading happens in a thread of our own, and whoever wants a reading waits
// for it no longer than it can afford.
//
// A libvirtd that hangs blocks that thread and nothing else. Thread rule: read() from one thread at a time.
#pragma once

#include <functional>
#include <memory>

#include "collectd-plugin/hypervisor_reader.h"
#include "common/libvirt/own_thread.h"

namespace hotspot::collector {

class ReadWorker {
 public:
  enum class Fault {
    kTimedOut,
    kFailed,
    kLater,  // patience is over, the limit is not: the reading goes to `late` if it comes in time
  };
  struct Failure {
    Fault fault;
    std::string message;
  };
  using Late = std::function<void(Result<Reading, Failure>&)>;  // may take it

  // collectd waits for a read that is under way before it ends, and then for our end: both together stay below 2 s.
  static constexpr std::chrono::milliseconds kPatience{800};
  static constexpr std::chrono::milliseconds kFarewell{700};

  // make_reader and late are called in the worker's own thread; late never after the destructor.
  explicit ReadWorker(std::function<std::unique_ptr<HypervisorReader>()> make_reader, Late late = {});
  // Waits a moment (kFarewell) for the thread to close its connection. One that is blocked in libvirt is left behind.
  ~ReadWorker();
  ReadWorker(const ReadWorker&) = delete;
  ReadWorker& operator=(const ReadWorker&) = delete;

  // Asks for a reading and waits for it. One that comes after the limit is thrown away: its time is over. While the
  // thread is still busy with the one before, nothing new is asked.
  Result<Reading, Failure> read(std::chrono::milliseconds limit) { return read(limit, limit); }
  // Waits no longer than patience.
  Result<Reading, Failure> read(std::chrono::milliseconds limit, std::chrono::milliseconds patience);

 private:
  using Thread = virt::OwnThread<SteadyTime, Result<Reading>>;  // asked with the time at which its limit is over

  // The reading that was asked for last is not there.
  Failure no_answer() const;

  SteadyTime deadline_;  // of that reading
  Thread thread_;
};

}  // namespace hotspot::collector
