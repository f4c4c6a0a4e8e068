// One read of the plugin, from libvirt to collectd and Redis.
//
// Everything that plugin.cc needs besides collectd's own calls; collectd comes in as two functions, so that tests do
// without it. Thread rule: read() from one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectd-plugin/config.h"
#include "collectd-plugin/dispatch.h"
#include "collectd-plugin/publisher.h"
#include "collectd-plugin/read_worker.h"

namespace hotspot::collector {

enum class Level { kError, kWarning, kInfo };

struct SamplerPorts {
  std::function<std::unique_ptr<HypervisorReader>()> make_reader;
  std::unique_ptr<Publisher> publisher;
  std::function<void(const ValueList&, WallTime)> dispatch;
  std::function<void(Level, const std::string&)> log;
};

class Sampler {
 public:
  Sampler(PluginConfig config, double interval_seconds, SamplerPorts ports);

  // Reads, publishes, dispatches. Ends within the time-out whatever libvirt and Redis do.
  void read();

 private:
  void take(Reading reading);
  void say_away(const std::string& why);
  void say_back();
  void keep_selected(Reading& reading) const;

  PluginConfig config_;
  double interval_seconds_;
  SamplerPorts ports_;
  ReadWorker worker_;
  std::optional<Reading> before_;
  std::optional<WallTime> stored_at_;
  std::uint64_t sequence_ = 0;
  std::uint64_t timed_out_reads_ = 0;
  std::size_t snapshot_bytes_ = 0;
  std::string away_;  // why libvirt is away, as it was said; empty while it answers
  std::chrono::steady_clock::time_point away_since_;
};

}  // namespace hotspot::collector
