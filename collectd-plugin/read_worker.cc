#include "collectd-plugin/read_worker.h"

#include <algorithm>
#include <exception>
#include <utility>

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

ReadWorker::ReadWorker(std::function<std::unique_ptr<HypervisorReader>()> make_reader, Late late)
    : thread_(
          [make_reader = std::move(make_reader)] {
            std::shared_ptr<HypervisorReader> reader = make_reader();
            return Thread::Worker([reader = std::move(reader)](const SteadyTime&) { return ask(*reader); });
          },
          [late = std::move(late)](const SteadyTime& deadline, Result<Reading> read) {
            if (!late || steady_now() >= deadline) return;
            Outcome outcome = outcome_of(std::move(read));
            late(outcome);
          }) {}

ReadWorker::~ReadWorker() {
  thread_.end();
  thread_.wait_for_end(steady_now() + kFarewell);
}

ReadWorker::Failure ReadWorker::no_answer() const {
  if (steady_now() < deadline_) return {Fault::kLater, "libvirt has not answered yet"};
  return {Fault::kTimedOut, "libvirt has not answered in time"};
}

Outcome ReadWorker::read(std::chrono::milliseconds limit, std::chrono::milliseconds patience) {
  const SteadyTime now = steady_now();
  const SteadyTime end = now + std::min(limit, patience);
  if (!thread_.wait_until_free(end)) return no_answer();
  deadline_ = now + limit;
  auto read = thread_.ask(deadline_, end);
  if (read) return outcome_of(std::move(*read));
  if (thread_.withdraw()) return Failure{Fault::kTimedOut, "libvirt has not answered in time"};
  return no_answer();
}

}  // namespace hotspot::collector
