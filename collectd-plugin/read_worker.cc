#include "collectd-plugin/read_worker.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

namespace hotspot::collector {
namespace {

// An exception that left the thread would end collectd.
Result<Reading> ask(HypervisorReader& reader) {
  try {
    return reader.read();
  } catch (const std::exception& problem) {
    return Error{std::string("the reading failed: ") + problem.what()};
  }
}

using Outcome = Result<Reading, ReadWorker::Failure>;

Outcome outcome_of(Result<Reading> read) {
  if (!read) return ReadWorker::Failure{ReadWorker::Fault::kFailed, read.error().message};
  return std::move(read).value();
}

}  // namespace

struct ReadWorker::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool wanted = false;   // a reading was asked for and not yet begun
  bool busy = false;     // the thread is in the reader, or hands a late reading on
  bool waiting = false;  // somebody waits for the result
  bool ending = false;
  bool ended = false;
  SteadyTime deadline;
  std::optional<Result<Reading>> result;
  Late late;

  void run(HypervisorReader& reader) {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return wanted || ending; });
      if (ending) return;
      wanted = false;
      busy = true;
      lock.unlock();
      Result<Reading> read = ask(reader);
      lock.lock();
      if (waiting) {
        result = std::move(read);
      } else if (late && !ending && steady_now() < deadline) {
        hand_on(std::move(read), lock);
      }
      busy = false;
      changed.notify_all();
    }
  }

  // The destructor waits for this: it is short.
  bool handing_on = false;
  void hand_on(Result<Reading> read, std::unique_lock<std::mutex>& lock) {
    handing_on = true;
    lock.unlock();
    Outcome outcome = outcome_of(std::move(read));
    late(outcome);
    lock.lock();
    handing_on = false;
  }
};

ReadWorker::ReadWorker(std::function<std::unique_ptr<HypervisorReader>()> make_reader, Late late)
    : shared_(std::make_shared<Shared>()) {
  shared_->late = std::move(late);
  std::thread([shared = shared_, make_reader = std::move(make_reader)] {
    std::unique_ptr<HypervisorReader> reader = make_reader();
    shared->run(*reader);
    reader.reset();
    const std::lock_guard lock(shared->mutex);
    shared->ended = true;
    shared->changed.notify_all();
  }).detach();
}

ReadWorker::~ReadWorker() {
  std::unique_lock lock(shared_->mutex);
  shared_->ending = true;
  shared_->changed.notify_all();
  shared_->changed.wait_for(lock, kFarewell, [&] { return shared_->ended; });
  shared_->changed.wait(lock, [&] { return !shared_->handing_on; });
}

Outcome ReadWorker::read(std::chrono::milliseconds limit, std::chrono::milliseconds patience) {
  std::unique_lock lock(shared_->mutex);
  const SteadyTime now = steady_now();
  const SteadyTime end = now + std::min(limit, patience);
  const auto over = [&](SteadyTime deadline) {
    if (steady_now() < deadline) return Failure{Fault::kLater, "libvirt has not answered yet"};
    return Failure{Fault::kTimedOut, "libvirt has not answered in time"};
  };
  if (!shared_->changed.wait_until(lock, end, [&] { return !shared_->busy; })) return over(shared_->deadline);
  shared_->result.reset();
  shared_->deadline = now + limit;
  shared_->wanted = shared_->waiting = true;
  shared_->changed.notify_all();
  shared_->changed.wait_until(lock, end, [&] { return shared_->result.has_value(); });
  shared_->waiting = false;
  if (!shared_->result) {
    if (!shared_->busy) shared_->wanted = false;
    return shared_->busy ? over(shared_->deadline) : Failure{Fault::kTimedOut, "libvirt has not answered in time"};
  }
  Result<Reading> read = std::move(*shared_->result);
  shared_->result.reset();
  return outcome_of(std::move(read));
}

}  // namespace hotspot::collector
