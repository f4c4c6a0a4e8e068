#include "actuator/daemon/cluster_run.h"

#include <ctime>

#include <algorithm>
#include <utility>
#include <vector>

#include "actuator/act/action_threads.h"
#include "actuator/daemon/redis_address.h"
#include "actuator/daemon/round_budget.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/io/dry_run_hypervisor.h"
#include "actuator/io/libvirt/hypervisor.h"
#include "actuator/io/redis/input_store.h"
#include "actuator/io/redis/journal.h"
#include "actuator/io/redis/lease.h"
#include "actuator/io/redis/registry.h"
#include "actuator/io/redis/snapshot_source.h"
#include "actuator/io/redis/store_meter.h"
#include "actuator/io/redis/stream_care.h"
#include "actuator/io/registry_file.h"
#include "actuator/io/rrd/history.h"
#include "actuator/io/system_clock.h"

namespace hotspot::daemon {
namespace {

// While the loop rests, the lease is not renewed, and nothing is evaluated: no rest is longer than a part of the lease
// or of the time between two snapshots of a node.
constexpr int kRestsPerLease = 4, kRestsPerInterval = 5;
constexpr Milliseconds kCommandsBack{std::chrono::minutes(15)};
// Between two attempts to connect to Redis. Short, so that an outage shorter than the remaining lease does not cost it.
constexpr Milliseconds kLongestRetry{2000};

std::chrono::nanoseconds thread_cpu() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

ports::SourceListener listener_for(loop::Inbox& inbox) {
  return {.on_snapshots = [&inbox](std::vector<ports::Arrival> arrivals) { inbox.post(std::move(arrivals)); },
          .on_bad_snapshot = [&inbox](ports::BadSnapshot bad) { inbox.post(std::move(bad)); },
          .on_command = [&inbox](ports::Command command) { inbox.post(std::move(command)); },
          .on_change = [&inbox](ports::SourceChange change) { inbox.post(std::move(change)); }};
}

io::LibvirtOptions libvirt_options(const Config& config, std::shared_ptr<io::DescriptorBudget> budget,
                                   loop::Inbox& inbox) {
  io::LibvirtOptions options;
  options.budget = std::move(budget);
  options.call_limit = config.call_limit;
  options.on_proof = [&inbox](const ports::NodeProof& proof) { inbox.post(proof); };
  options.on_event = [&inbox](const ports::DomainEvent& event) { inbox.post(event); };
  return options;
}

// Null: no events are written.
std::unique_ptr<io::GraphiteEvents> events_writer(const io::GraphiteOptions& options) {
  return options.http.url.empty() ? nullptr : std::make_unique<io::GraphiteEvents>(options);
}

// Null: no history is configured.
std::unique_ptr<loop::HistoryReader> history_reader(const HistoryConfig& config, loop::Inbox& inbox) {
  if (!config.has_rrd()) return nullptr;
  return std::make_unique<loop::HistoryReader>(
      [config] {
        return std::make_unique<io::RrdHistory>(io::rrd_history_options(config.rrd, config.rrdcached, config.plugin));
      },
      [&inbox](loop::HistoryAnswer answer) { inbox.post(std::move(answer)); });
}

std::function<void(loop::HistoryRequest)> asks(loop::HistoryReader* history) {
  if (history == nullptr) return {};
  return [history](loop::HistoryRequest request) { history->ask(std::move(request)); };
}

}  // namespace

struct ClusterRun::Parts {
  Parts(ClusterRun& run, const Shared& shared, const loop::Log& log)
      : redis(redis_options(run.config_, "hotspotd"), clock,
              {.longest = std::min(kLongestRetry, run.config_.lease / 8)}),
        lease(redis, clock, run.keys_, {shared.holder, run.config_.lease}),
        journal(redis, run.keys_),
        inputs(redis, run.keys_),
        registry(redis, run.keys_),
        registry_file(run.config_.state_dir, run.config_.cluster),
        streams(redis, run.keys_, run.config_.freshness.max_clock_skew),
        meter(redis, run.keys_),
        libvirt(libvirt_options(run.config_, shared.budget, run.inbox_)),
        pretending(libvirt),
        history(history_reader(run.config_.history, run.inbox_)),
        events(events_writer(run.config_.graphite)),
        loop({.hypervisor = run.config_.dry_run ? static_cast<ports::Hypervisor&>(pretending) : libvirt,
              .make_actions = act::actions_in_threads(clock, [&inbox = run.inbox_] { inbox.post(loop::WorkerNews{}); }),
              .journal = journal,
              .lease = lease,
              .clock = clock,
              .load_rules = [path = run.config_.rules_path,
                             most = run.config_.rule_operations] { return load_rules(path, most); },
              .ask_history = asks(history.get()),
              .spread = &shared.spread,
              .registry = &registry,
              .registry_copy = run.config_.state_dir.empty() ? nullptr : &registry_file,
              .streams = &streams,
              .meter = &meter,
              .events = events.get(),
              .inputs = &inputs,
              .show_metrics =
                  [&board = shared.metrics, cluster = run.config_.cluster](std::vector<loop::MetricFamily> families) {
                    board.show(cluster, std::move(families));
                  }},
             run.config_, shared.holder, log),
        source({.connection = redis_options(run.config_, "hotspotd-source"), .limits = run.config_.snapshot}, clock,
               run.keys_),
        say(log) {
    redis.on_change([this](bool well, const std::string& message) { loop.note_redis({well, message}); });
    lease.on_remark([this](const std::string& sentence) { loop.remark(sentence); });
  }
  io::SystemClock clock;
  io::RedisClient redis;
  io::RedisLease lease;
  io::RedisJournal journal;
  io::RedisInputStore inputs;
  io::RedisRegistry registry;
  io::RegistryFile registry_file;
  io::RedisStreamCare streams;
  io::RedisStoreMeter meter;
  io::LibvirtHypervisor libvirt;
  io::DryRunHypervisor pretending;
  std::unique_ptr<loop::HistoryReader> history;
  std::unique_ptr<io::GraphiteEvents> events;
  loop::Loop loop;
  io::RedisSnapshotSource source;
  loop::Log say;
};

ClusterRun::ClusterRun(Config config, telemetry::Keyspace keys, const Shared& shared, loop::Log log)
    : config_(std::move(config)),
      keys_(std::move(keys)),
      on_end_(shared.on_end),
      parts_(std::make_unique<Parts>(*this, shared, log)) {}

ClusterRun::~ClusterRun() { join(); }

bool ClusterRun::prepare() { return parts_->loop.start(); }

const rules::RuleSet& ClusterRun::rules() const { return parts_->loop.rules(); }

std::size_t ClusterRun::admitted_nodes() const { return parts_->loop.admission().registry().nodes.size(); }

void ClusterRun::start() {
  note_round();
  // Older commands would be refused as too old.
  const std::int64_t from_ms = to_unix_ms(parts_->clock.now() - kCommandsBack);
  parts_->source.start(listener_for(inbox_), config_.history.snapshots, std::to_string(from_ms) + "-0");
  thread_ = std::thread([this] { run(); });
}

void ClusterRun::join() {
  if (thread_.joinable()) thread_.join();
}

void ClusterRun::note_round() {
  beat_ms_ = parts_->clock.steady().count();
  std::string line = parts_->loop.status_line();
  const std::lock_guard lock(mutex_);
  status_line_ = std::move(line);
}

std::string ClusterRun::status_line() const {
  const std::lock_guard lock(mutex_);
  return status_line_;
}

void ClusterRun::run() {
  Milliseconds wait{0};
  loop::Loop& loop = parts_->loop;
  RoundBudget budget;
  while (!loop.stopping()) {
    const loop::ArrivalRoom room = loop.room();
    const auto computed = thread_cpu();
    for (loop::Message& message : inbox_.take(wait, {.arrivals = room.count, .bytes = room.bytes}))
      loop.take(std::move(message));
    loop.dropped(inbox_.dropped_arrivals(), inbox_.dropped_commands());
    wait = loop.tick();
    const std::chrono::nanoseconds cost = thread_cpu() - computed;
    loop.spent(cost);
    note_round();
    std::this_thread::sleep_for(budget.rest_after(
        {.computed = cost,
         .ended = parts_->clock.exact(),
         .is_behind = loop.is_behind(),
         .longest_rest = std::min(config_.lease / kRestsPerLease, loop.usual_interval() / kRestsPerInterval)}));
  }
  parts_->source.stop();
  loop.stop();
  if (const std::size_t left = parts_->events ? parts_->events->stop() : 0; left > 0)
    parts_->say(loop::LogLevel::kWarning, std::to_string(left) + " events were not written to Graphite: hotspotd ends");
  ended_ = true;
  on_end_();
}

}  // namespace hotspot::daemon
