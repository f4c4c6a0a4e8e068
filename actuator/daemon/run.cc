#include "actuator/daemon/run.h"

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "actuator/daemon/cluster_run.h"
#include "actuator/daemon/config_windows.h"
#include "actuator/daemon/heap.h"
#include "actuator/daemon/log.h"
#include "actuator/daemon/metrics_board.h"
#include "actuator/daemon/metrics_endpoint.h"
#include "actuator/daemon/redis_address.h"
#include "actuator/daemon/signals.h"
#include "actuator/io/libvirt/descriptor_budget.h"
#include "actuator/io/system_clock.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/redis/options.h"
#include "common/text/visible.h"
#include "telemetry/keyspace.h"

namespace hotspot::daemon {
namespace {

// A loop that has completed no round for this long hangs; then systemd's watchdog ends the process. The timeouts of
// Redis and libvirt are shorter.
constexpr Milliseconds kHangs{20'000};
constexpr Milliseconds kPoll{1000};
constexpr Milliseconds kGiveBackEvery{std::chrono::minutes(1)};

using Runs = std::vector<std::unique_ptr<ClusterRun>>;

std::string holder_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return "hotspotd@" + std::string(name.data()) + ":" + std::to_string(getpid());
}

loop::Log log_for(const std::string& cluster, std::size_t clusters) {
  if (clusters == 1) return log_line;
  return [cluster](loop::LogLevel level, const std::string& text) { log_line(level, cluster + ": " + text); };
}

// First what is paused, then each cluster that is led.
std::string status_of(const Runs& runs, int led) {
  if (runs.size() == 1) return runs.front()->status_line();
  std::string text = "leads " + std::to_string(led) + " of " + std::to_string(runs.size()) + " clusters";
  for (const auto& run : runs) text += "; " + run->config().cluster + ": " + run->status_line();
  return text;
}

// Waits until every loop has ended; until then notifies systemd's watchdog while all of them are alive.
class Watch {
 public:
  explicit Watch(const io::SystemClock& clock) : clock_(clock) {}
  void wake() { changed_.notify_all(); }

  void until_all_end(const Runs& runs, const loop::Spread& spread) {
    std::string told;
    std::unique_lock lock(mutex_);
    const auto over = [&] {
      return std::all_of(runs.begin(), runs.end(), [](const auto& run) { return run->ended(); });
    };
    while (!over()) {
      tell(runs, spread, told);
      if (clock_.steady() >= give_back_at_) {
        give_back_heap();
        give_back_at_ = clock_.steady() + kGiveBackEvery;
      }
      changed_.wait_for(lock, kPoll, over);
    }
  }

 private:
  void tell(const Runs& runs, const loop::Spread& spread, std::string& told) {
    const Milliseconds now = clock_.steady();
    bool all_live = true;
    for (const auto& run : runs) {
      const bool lives = run->ended() || now - run->beat() < kHangs;
      if (!lives && all_live_)
        log_line(loop::LogLevel::kError, "the loop of cluster '" + run->config().cluster + "' hangs");
      all_live = all_live && lives;
    }
    all_live_ = all_live;
    if (all_live) sd_notify(0, "WATCHDOG=1");
    std::string status = status_of(runs, spread.led());
    if (status == told) return;
    // What follows a newline would be another message to systemd.
    sd_notifyf(0, "STATUS=%s", text::visible(status, text::kMostLineBytes).c_str());
    told = std::move(status);
  }

  const io::SystemClock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool all_live_ = true;
  Milliseconds give_back_at_{0};
};

}  // namespace

redis::Options redis_options(const Config& config, const std::string& client_name) {
  redis::Options options = config.redis;
  options.client_name = client_name;
  if (const auto keys = telemetry::Keyspace::of(config.cluster); keys) options.key = keys->state();
  return options;
}

// Logs the number of nodes to connect to, and the limit of file descriptors.
void say_admitted(const Runs& runs, const io::DescriptorBudget& budget) {
  std::size_t all = 0, listed = 0;
  for (const auto& one : runs) {
    all += one->admitted_nodes();
    listed += one->config().admission.nodes.size();
  }
  const bool too_many = all > budget.most_nodes();
  log_line(too_many ? loop::LogLevel::kWarning : loop::LogLevel::kInfo,
           std::to_string(all) + (all == 1 ? " node is" : " nodes are") + " admitted (" + std::to_string(listed) +
               " by hotspotd.yaml, " + std::to_string(all - std::min(all, listed)) +
               " by the registry as it was last read); file descriptors are enough for connections to " +
               std::to_string(budget.most_nodes()) +
               (too_many ? ": some are not connected to; LimitNOFILE of the unit has to be higher" : ""));
}

std::vector<std::string> names_of(const std::vector<Config>& clusters) {
  std::vector<std::string> names;
  for (const Config& config : clusters) names.push_back(config.cluster);
  return names;
}

// Null: it is not configured, or listening failed; hotspotd then runs without it.
std::unique_ptr<MetricsEndpoint> serve_metrics(const Config& config, const MetricsBoard& metrics) {
  if (config.metrics_host.empty()) return nullptr;
  auto endpoint = MetricsEndpoint::listen({.host = config.metrics_host, .port = config.metrics_port},
                                          [&metrics] { return metrics.all(); });
  if (!endpoint) return log_line(loop::LogLevel::kError, endpoint.error().message), nullptr;
  log_line(loop::LogLevel::kInfo, "metrics are served at http://" +
                                      redis::to_string(redis::Address{config.metrics_host, config.metrics_port}) +
                                      "/metrics");
  return std::move(*endpoint);
}

namespace {

struct Prepared {
  Runs runs;
  std::vector<const rules::RuleSet*> sets;  // of the clusters whose rules have no errors
  std::string wrong;                        // the names of the other clusters
};

// In the order of hotspotd.yaml: the first thing that is wrong is reported first.
Result<Prepared> prepare(const std::vector<Config>& clusters, const ClusterRun::Shared& shared) {
  Prepared all;
  for (const Config& config : clusters) {
    auto keys = telemetry::Keyspace::of(config.cluster);
    if (!keys) return keys.error();
    auto one = std::make_unique<ClusterRun>(config, std::move(*keys), shared, log_for(config.cluster, clusters.size()));
    if (one->prepare())
      all.sets.push_back(&one->rules());
    else
      all.wrong += (all.wrong.empty() ? "" : ", ") + config.cluster;
    all.runs.push_back(std::move(one));
  }
  return all;
}

void start(const Runs& runs) {
  for (const auto& one : runs) {
    one->start();
    log_line(loop::LogLevel::kInfo, "hotspotd runs: cluster '" + one->config().cluster + "', mode " +
                                        rules::to_string(one->config().mode) +
                                        (one->config().dry_run ? ", dry run" : ""));
  }
}

}  // namespace

int run(const std::vector<Config>& clusters, const rules::SourceFile& file) {
  keep_heap_small();
  SignalWatcher::block();
  const io::SystemClock clock;
  const std::string holder = holder_name();
  loop::Spread spread(holder, clusters.front().lease);
  const auto budget = std::make_shared<io::DescriptorBudget>(io::raise_descriptor_limit());
  Watch watch(clock);
  MetricsBoard metrics(names_of(clusters));
  const ClusterRun::Shared shared{holder, spread, budget, metrics, [&watch] { watch.wake(); }};
  const auto prepared = prepare(clusters, shared);
  if (!prepared) return log_line(loop::LogLevel::kError, prepared.error().message), 2;
  const auto& [runs, sets, wrong] = *prepared;
  if (sets.empty()) return 2;
  say_admitted(runs, *budget);
  const auto endpoint = serve_metrics(clusters.front(), metrics);
  if (!wrong.empty())
    log_line(loop::LogLevel::kError,
             "until their rules are right, these clusters stand by: " + wrong + "; the others run");
  // An error only if no cluster has such a rule, and all sets are known; each loop warns of those that its own set
  // lacks.
  const auto unknown = loop::unknown_window_rules(clusters.front().window_rules, sets, rules::Severity::kError);
  if (wrong.empty() && !unknown.empty()) return log_line(loop::LogLevel::kError, rules::format(unknown, {file})), 2;
  std::vector<SignalWatcher::Watched> watched;
  for (const auto& one : runs) watched.push_back({&one->inbox(), one->config().rules_path});
  const SignalWatcher signals(std::move(watched));
  start(runs);
  sd_notify(0, "READY=1");
  watch.until_all_end(runs, spread);
  sd_notify(0, "STOPPING=1");
  log_line(loop::LogLevel::kInfo, "hotspotd has ended");
  end_log();
  // No destructors: a worker may still wait for libvirt in a migration, which continues and is adopted by the next
  // leader, and it uses what they would destroy.
  std::_Exit(0);
}

}  // namespace hotspot::daemon
