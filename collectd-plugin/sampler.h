// One read of the plugin, from libvirt to collectd and Redis.
//
// Everything that plugin.cc needs except collectd's own functions; these are passed in, so that tests need no collectd.
// Thread rule: read() from one thread at a time; dispatch, log and notify are called by one thread at a time, but not
// always the same.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectd-plugin/config.h"
#include "collectd-plugin/dispatch.h"
#include "collectd-plugin/dispatch/places.h"
#include "collectd-plugin/domain_state_words.h"
#include "collectd-plugin/publisher.h"
#include "collectd-plugin/read_worker.h"
#include "collectd-plugin/stored_domains.h"

namespace hotspot::collector {

enum class Level { kError, kWarning, kInfo };

// collectd's notification of a domain's state.
struct StateNotice {
  Severity severity = Severity::kOkay;
  std::string message, host, plugin_instance;  // host: empty for collectd's own
};

struct SamplerPorts {
  std::function<std::unique_ptr<HypervisorReader>()> make_reader;
  std::unique_ptr<Publisher> publisher;
  std::function<void(const ValueList&, WallTime)> dispatch;
  std::function<void(Level, const std::string&)> log;
  std::function<void(const StateNotice&)> notify = [](const StateNotice&) {};
};

class Sampler {
 public:
  Sampler(PluginConfig config, double interval_seconds, SamplerPorts ports);
  ~Sampler();  // within ReadWorker::kFarewell

  // Reads, publishes, dispatches. Returns within ReadWorker::kPatience whatever libvirt and Redis do: a reading that
  // comes later, but within the time-out, is published and dispatched from the worker's thread.
  void read();

 private:
  void handle(Result<Reading, ReadWorker::Failure>& reading);
  void take(Reading reading);
  void say_away(const std::string& why);
  void say_back();
  void keep_selected(Reading& reading) const;
  void say_silent(const std::vector<std::string>& names);
  void say_stored_names();
  void notify_states(const Reading& reading, const std::vector<StoredDomain>& names) const;

  PluginConfig config_;
  double interval_seconds_;
  SamplerPorts ports_;
  std::mutex mutex_;  // guards all below except the worker
  std::optional<Reading> before_;
  telemetry::NodeSnapshot earlier_;  // made from before_
  std::vector<StoredDomain> names_;  // of before_
  StoredDomains stored_domains_;
  Places places_;
  std::set<std::string> silent_;  // domains that were reported as not answering
  std::optional<WallTime> stored_at_;
  std::uint64_t sequence_ = 0;
  std::uint64_t timed_out_reads_ = 0;
  std::size_t snapshot_bytes_ = 0;
  std::string away_;  // why libvirt is unreachable, as reported; empty while it answers
  std::chrono::steady_clock::time_point away_since_;
  std::unique_ptr<ReadWorker> worker_;  // destroyed first
};

}  // namespace hotspot::collector
