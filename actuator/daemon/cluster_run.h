// One cluster that this process may lead: its loop in a thread of its own, with connections of its own to Redis and
// libvirt, so that what is sick in one cluster costs no other.
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
  // What all clusters of the process have in common.
  struct Shared {
    std::string holder;  // the name of this process: "hotspotd@node3:4711"
    loop::Spread& spread;
    std::shared_ptr<io::DescriptorBudget> budget;
    MetricsBoard& metrics;
    std::function<void()> on_end;  // called from a loop's thread when it has ended
  };
  ClusterRun(Config config, telemetry::Keyspace keys, const Shared& shared, loop::Log log);
  ~ClusterRun();

  // Reads the rules; false: they are wrong, which was told. It may be started all the same: it stands by until they are
  // right.
  bool prepare();
  const rules::RuleSet& rules() const;  // before start()
  std::size_t admitted_nodes() const;   // likewise: those of hotspotd.yaml and of hotspotd's copy of the registry
  void start();
  void join();

  loop::Inbox& inbox() { return inbox_; }
  const Config& config() const { return config_; }
  bool ended() const { return ended_; }
  // On the steady clock: when the loop last came round.
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
