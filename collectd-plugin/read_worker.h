// Keeps libvirt away from collectd's threads: reading happens in a thread of our own, and whoever wants a reading waits
// for it no longer than it can afford.
//
// A libvirtd that hangs blocks that thread and nothing else. Thread rule: read() from one thread at a time.
#pragma once

#include <functional>
#include <memory>

#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

class ReadWorker {
 public:
  enum class Fault { kTimedOut, kFailed };
  struct Failure {
    Fault fault;
    std::string message;
  };

  // make_reader is called in the worker's own thread.
  static constexpr std::chrono::milliseconds kFarewell{1000};

  explicit ReadWorker(std::function<std::unique_ptr<HypervisorReader>()> make_reader);
  // Waits a moment (kFarewell) for the thread to close its connection. One that is blocked in libvirt is left behind.
  ~ReadWorker();
  ReadWorker(const ReadWorker&) = delete;
  ReadWorker& operator=(const ReadWorker&) = delete;

  // Asks for a reading and waits for it. One that comes too late is thrown away: its time is over. While the thread is
  // still busy with the one before, nothing new is asked.
  Result<Reading, Failure> read(std::chrono::milliseconds limit);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace hotspot::collector
