// One cluster that this process may lead: its loop, in a thread of its own, with its own connections to Redis and
// libvirt. A fault in one cluster does not affect the others.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "actuator/daemon/config.h"
#include "actuator/daemon/metrics_board.h"
#include "actuator/io/libvirt/descriptor_budget.h"
#include "actuator/loop/inbox.h"
#include "actuator/loop/loop.h"
#include "actuator/loop/spread.h"
#include "telemetry/keyspace.h"

namespace hotspot::daemon {

class ClusterRun {
 public:
  // Shared by all clusters of the process.
  struct Shared {
    std::string holder;  // the name of this process: "hotspotd@node3:4711"
    loop::Spread& spread;
    std::shared_ptr<io::DescriptorBudget> budget;
    MetricsBoard& metrics;
    std::function<void()> on_end;  // called from the loop's thread when that ends
  };
  ClusterRun(Config config, telemetry::Keyspace keys, const Shared& shared, loop::Log log);
  ~ClusterRun();

  // Loads the rules. False: they have errors, which were logged. The loop may be started all the same: it is a standby
  // until a reload succeeds.
  bool prepare();
  const rules::RuleSet& rules() const;  // before start()
  std::size_t admitted_nodes() const;   // likewise: in hotspotd.yaml and in hotspotd's copy of the registry
  void start();
  void join();

  loop::Inbox& inbox() { return inbox_; }
  const Config& config() const { return config_; }
  bool ended() const { return ended_; }
  // When the loop last completed a round; steady clock.
  Milliseconds beat() const { return Milliseconds(beat_ms_.load()); }
  std::string status_line() const;

 private:
  struct Parts;
  void run();
  void note_round();

  Config config_;
  telemetry::Keyspace keys_;
  loop::Inbox inbox_;
  std::function<void()> on_end_;
  std::unique_ptr<Parts> parts_;
  std::thread thread_;
  std::atomic<std::int64_t> beat_ms_{0};
  std::atomic<bool> ended_{false};
  mutable std::mutex mutex_;
  std::string status_line_;  // guarded by mutex_
};

}  // namespace hotspot::daemon
