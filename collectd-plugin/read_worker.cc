#include "collectd-plugin/read_worker.h"

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

}  // namespace

struct ReadWorker::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  bool wanted = false;  // a reading was asked for and not yet begun
  bool busy = false;    // the thread is in the reader
  bool ending = false;
  bool ended = false;
  std::optional<Result<Reading>> result;

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
      busy = false;
      result = std::move(read);
      changed.notify_all();
    }
  }
};

ReadWorker::ReadWorker(std::function<std::unique_ptr<HypervisorReader>()> make_reader)
    : shared_(std::make_shared<Shared>()) {
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
}

Result<Reading, ReadWorker::Failure> ReadWorker::read(std::chrono::milliseconds limit) {
  std::unique_lock lock(shared_->mutex);
  shared_->result.reset();
  const auto end = std::chrono::steady_clock::now() + limit;
  const auto out_of_time = [] { return Failure{Fault::kTimedOut, "libvirt has not answered in time"}; };
  if (!shared_->changed.wait_until(lock, end, [&] { return !shared_->busy; })) return out_of_time();
  shared_->result.reset();  // of a question whose time was over
  shared_->wanted = true;
  shared_->changed.notify_all();
  if (!shared_->changed.wait_until(lock, end, [&] { return shared_->result.has_value(); })) {
    if (!shared_->busy) shared_->wanted = false;
    return out_of_time();
  }
  Result<Reading> read = std::move(*shared_->result);
  shared_->result.reset();
  if (!read) return Failure{Fault::kFailed, read.error().message};
  return std::move(read).value();
}

}  // namespace hotspot::collector
