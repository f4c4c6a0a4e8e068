// Keeps libvirt out of collectd's threads: a thread of our own reads, and the caller waits only for a limited time.
//
// A libvirtd that hangs blocks only that thread. Thread rule: read() from one thread at a time.
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
    kLater,  // patience is over, the limit is not: the reading goes to `late` if it is in time
  };
  struct Failure {
    Fault fault;
    std::string message;
  };
  using Late = std::function<void(Result<Reading, Failure>&)>;  // may move from it

  // At shutdown collectd waits for a read in progress and then for this plugin: both together stay below 2 s.
  static constexpr std::chrono::milliseconds kPatience{800};
  static constexpr std::chrono::milliseconds kFarewell{700};

  // make_reader and late are called in the worker's own thread; late never after the destructor.
  explicit ReadWorker(std::function<std::unique_ptr<HypervisorReader>()> make_reader, Late late = {});
  // Waits briefly (kFarewell) for the thread to close its connection. A thread that is blocked in libvirt is left
  // behind.
  ~ReadWorker();
  ReadWorker(const ReadWorker&) = delete;
  ReadWorker& operator=(const ReadWorker&) = delete;

  // Requests a reading and waits for it. A reading after the limit is discarded. While the thread is still busy with
  // the previous one, no new reading is requested.
  Result<Reading, Failure> read(std::chrono::milliseconds limit) { return read(limit, limit); }
  // The same, but waits no longer than `patience`.
  Result<Reading, Failure> read(std::chrono::milliseconds limit, std::chrono::milliseconds patience);

 private:
  using Thread = virt::OwnThread<SteadyTime, Result<Reading>>;  // asked with the time at which its limit is over

  // The requested reading has not arrived.
  Failure no_answer() const;

  SteadyTime deadline_;  // of that reading
  Thread thread_;
};

}  // namespace hotspot::collector
