#include "collectd-plugin/sampler.h"

#include "collectd-plugin/collector.h"
#include "hotspot_version.h"
#include "telemetry/codec.h"

namespace hotspot::collector {
namespace {

// Nine tenths of the interval: the reading is over before the next one is due.
std::chrono::milliseconds time_limit(const PluginConfig& config, double interval_seconds) {
  const double seconds = config.timeout_seconds > 0 ? config.timeout_seconds : interval_seconds * 0.9;
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace

Sampler::Sampler(PluginConfig config, double interval_seconds, SamplerPorts ports)
    : config_(std::move(config)),
      interval_seconds_(interval_seconds),
      ports_(std::move(ports)),
      worker_(ports_.make_reader) {}

void Sampler::read() {
  auto reading = worker_.read(time_limit(config_, interval_seconds_));
  if (!reading) {
    if (reading.error().fault == ReadWorker::Fault::kTimedOut) ++timed_out_reads_;
    return say_away(reading.error().message);
  }
  say_back();
  take(std::move(*reading));
}

void Sampler::take(Reading reading) {
  keep_selected(reading);
  const PublisherCounts counts = ports_.publisher->counts();
  SnapshotContext context{.cluster = config_.cluster,
                          .actuator_uri = config_.actuator_uri,
                          .interval_seconds = interval_seconds_,
                          .sequence = ++sequence_,
                          .collector = {}};
  if (context.actuator_uri.empty()) context.actuator_uri = "qemu+ssh://root@" + reading.node.fixed.name + "/system";
  context.collector.version = kVersion;
  context.collector.dropped_snapshots = static_cast<std::int64_t>(counts.dropped);
  const telemetry::NodeSnapshot snapshot = make_snapshot(before_ ? &*before_ : nullptr, reading, context);
  std::string text = telemetry::encode(snapshot);
  snapshot_bytes_ = text.size();
  ports_.publisher->publish(std::move(text), snapshot.taken_at);  // first: whoever decides waits for it
  const Health health{.published = counts.published,
                      .dropped = counts.dropped,
                      .reconnects = counts.reconnects,
                      .timed_out_reads = timed_out_reads_,
                      .snapshot_bytes = snapshot_bytes_};
  stored_at_ = time_to_store(snapshot.taken_at, stored_at_, interval_seconds_);
  for (const ValueList& list : value_lists(reading, snapshot, health, config_)) ports_.dispatch(list, *stored_at_);
  before_ = std::move(reading);
}

void Sampler::keep_selected(Reading& reading) const {
  std::erase_if(reading.domains, [&](const DomainReading& domain) { return !config_.domains.reports(domain.name); });
}

void Sampler::say_away(const std::string& why) {
  if (!away_.empty()) return;
  away_ = why;
  away_since_ = std::chrono::steady_clock::now();
  ports_.log(Level::kError,
             "hotspot: libvirt at " + config_.connection + " is away: " + why + "; trying again at each read");
}

void Sampler::say_back() {
  if (away_.empty()) return;
  away_.clear();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - away_since_);
  ports_.log(Level::kInfo,
             "hotspot: libvirt at " + config_.connection + " is back after " + std::to_string(seconds.count()) + " s");
}

}  // namespace hotspot::collector
