#include "actuator/daemon/run.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <thread>

#include "actuator/daemon/inbox.h"
#include "actuator/daemon/log.h"
#include "actuator/daemon/loop.h"
#include "actuator/daemon/redis_address.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/daemon/signals.h"
#include "actuator/io/dry_run_hypervisor.h"
#include "actuator/io/libvirt_hypervisor.h"
#include "actuator/io/redis_journal.h"
#include "actuator/io/redis_lease.h"
#include "actuator/io/redis_snapshot_source.h"
#include "actuator/io/rrd_history.h"
#include "actuator/io/system_clock.h"
#include "telemetry/keyspace.h"

namespace hotspot::daemon {
namespace {

// A tick that cost more than this is followed by a rest of twice its cost, so that the loop takes a third of one core
// at most however many nodes send; what arrives meanwhile is taken together.
constexpr Milliseconds kCheapTick{3};
constexpr Milliseconds kLongestRest{1000};

std::string holder_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return "hotspotd@" + std::string(name.data()) + ":" + std::to_string(getpid());
}

ports::SourceListener listener_for(Inbox& inbox) {
  return {.on_snapshots = [&inbox](std::vector<ports::Arrival> arrivals) { inbox.post(std::move(arrivals)); },
          .on_bad_snapshot = [&inbox](ports::BadSnapshot bad) { inbox.post(std::move(bad)); },
          .on_command = [&inbox](ports::Command command) { inbox.post(std::move(command)); },
          .on_change = [&inbox](ports::SourceChange change) { inbox.post(std::move(change)); }};
}

// Null: no history is configured.
std::unique_ptr<HistoryReader> history_reader(const HistoryConfig& config, Inbox& inbox) {
  if (!config.has_rrd()) return nullptr;
  return std::make_unique<HistoryReader>(
      [&config] {
        return std::make_unique<io::RrdHistory>(io::rrd_history_options(config.rrd, config.rrdcached, config.plugin));
      },
      [&inbox](HistoryAnswer answer) { inbox.post(std::move(answer)); });
}

// Tells systemd that we live, from the loop itself: a loop that hangs is restarted.
void notify(const Loop& loop, std::string& told) {
  sd_notify(0, "WATCHDOG=1");
  std::string status = loop.status_line();
  if (status == told) return;
  sd_notifyf(0, "STATUS=%s", status.c_str());
  told = std::move(status);
}

void run_loop(Loop& loop, Inbox& inbox, const ports::Clock& clock) {
  std::string told;
  Milliseconds wait{0};
  while (!loop.stopping()) {
    for (Message& message : inbox.take(wait)) loop.take(std::move(message));
    const Milliseconds began = clock.steady();
    wait = loop.tick();
    const Milliseconds cost = clock.steady() - began;
    notify(loop, told);
    if (cost > kCheapTick) std::this_thread::sleep_for(std::min(cost * 2, kLongestRest));
  }
}

}  // namespace

io::RedisOptions redis_options(const Config& config, const std::string& client_name) {
  io::RedisOptions options = config.redis;
  options.client_name = client_name;
  if (const auto keys = telemetry::Keyspace::of(config.cluster); keys) options.key = keys->state();
  return options;
}

int run(const Config& config) {
  SignalWatcher::block();
  const auto keys = telemetry::Keyspace::of(config.cluster);
  if (!keys) return log_line(LogLevel::kError, keys.error().message), 2;
  const io::SystemClock clock;
  Inbox inbox;
  io::RedisClient redis(redis_options(config, "hotspotd"), clock);
  redis.on_change(
      [](bool well, const std::string& message) { log_line(well ? LogLevel::kInfo : LogLevel::kError, message); });
  io::RedisLease lease(redis, clock, *keys, holder_name(), config.lease);
  io::RedisJournal journal(redis, *keys);
  io::LibvirtHypervisor libvirt({.call_limit = config.call_limit});
  io::DryRunHypervisor pretending(libvirt);
  ports::Hypervisor& hypervisor = config.dry_run ? static_cast<ports::Hypervisor&>(pretending) : libvirt;
  const std::unique_ptr<HistoryReader> history = history_reader(config.history, inbox);
  LoopPorts ports{.hypervisor = hypervisor, .journal = journal, .lease = lease, .clock = clock};
  if (history) ports.ask_history = [&history](HistoryRequest request) { history->ask(std::move(request)); };
  Loop loop(
      ports, config, holder_name(), [&config] { return load_rules(config.rules_path); },
      [&inbox] { inbox.post(WorkerNews{}); }, log_line);
  if (!loop.start()) return 2;
  const SignalWatcher signals(inbox, config.rules_path);
  io::RedisSnapshotSource source(redis_options(config, "hotspotd-source"), clock, *keys);
  source.start(listener_for(inbox), config.history.snapshots, "0-0");
  log_line(LogLevel::kInfo, "hotspotd runs: cluster '" + config.cluster + "', mode " + rules::to_string(config.mode) +
                                (config.dry_run ? ", dry run" : ""));
  sd_notify(0, "READY=1");
  run_loop(loop, inbox, clock);
  sd_notify(0, "STOPPING=1");
  source.stop();
  loop.stop();
  log_line(LogLevel::kInfo, "hotspotd has ended");
  // A worker may still wait for libvirt in a migration, which goes on without us and which the next leader finds. It
  // uses what the destructors would take away.
  std::_Exit(0);
}

}  // namespace hotspot::daemon
