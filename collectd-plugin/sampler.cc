#include "collectd-plugin/sampler.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

#include "collectd-plugin/collector.h"
#include "hotspot_version.h"
#include "telemetry/codec.h"

namespace hotspot::collector {
namespace {

// Nine tenths of the interval: the reading ends before the next one is due.
std::chrono::milliseconds time_limit(const PluginConfig& config, double interval_seconds) {
  const double seconds = config.timeout_seconds > 0 ? config.timeout_seconds : interval_seconds * 0.9;
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

// "a", "a and b", "a, b, c and 7 more": keeps log lines readable when a whole storage is unreachable.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    const bool last = i + 1 == names.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + names[i];
  }
  return names.size() > kMost ? text + " and " + std::to_string(names.size() - kMost) + " more" : text;
}

}  // namespace

Sampler::Sampler(PluginConfig config, double interval_seconds, SamplerPorts ports)
    : config_(std::move(config)),
      interval_seconds_(interval_seconds),
      ports_(std::move(ports)),
      stored_domains_(config_),
      places_(config_, interval_seconds),
      worker_(std::make_unique<ReadWorker>(ports_.make_reader, [this](auto& reading) { handle(reading); })) {}

Sampler::~Sampler() { worker_.reset(); }

void Sampler::read() {
  auto reading = worker_->read(time_limit(config_, interval_seconds_), ReadWorker::kPatience);
  handle(reading);
}

void Sampler::handle(Result<Reading, ReadWorker::Failure>& reading) {
  const std::lock_guard lock(mutex_);
  if (!reading) {
    if (reading.error().fault == ReadWorker::Fault::kLater) return;
    const bool timed_out = reading.error().fault == ReadWorker::Fault::kTimedOut;
    if (timed_out) ++timed_out_reads_;
    // A newly started libvirtd first examines all its hypervisors: that is not a fault yet.
    if (timed_out && sequence_ == 0 && timed_out_reads_ == 1) return;
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
                          .collector = {},
                          .earlier = before_ ? &earlier_ : nullptr};
  if (context.actuator_uri.empty()) context.actuator_uri = "qemu+ssh://root@" + reading.node.fixed.name + "/system";
  context.collector.version = kVersion;
  context.collector.dropped_snapshots = static_cast<std::int64_t>(counts.dropped);
  telemetry::NodeSnapshot snapshot = make_snapshot(before_ ? &*before_ : nullptr, reading, context);
  std::string text = telemetry::encode(snapshot);
  snapshot_bytes_ = text.size();
  ports_.publisher->publish({.snapshot = std::move(text),  // first: hotspotd waits for it
                             .node = snapshot.node.uuid,
                             .sequence = snapshot.sequence,
                             .taken_at = snapshot.taken_at});
  const Health health{.published = counts.published,
                      .dropped = counts.dropped,
                      .reconnects = counts.reconnects,
                      .timed_out_reads = timed_out_reads_,
                      .snapshot_bytes = snapshot_bytes_};
  stored_at_ = time_to_store(snapshot.taken_at, stored_at_, interval_seconds_);
  std::vector<StoredDomain> names = stored_domains_.of(reading.domains);
  say_stored_names();
  const ToStore to_store{.reading = reading, .snapshot = snapshot, .names = names, .health = health};
  for (const ValueList& list : value_lists(to_store, config_)) ports_.dispatch(list, *stored_at_);
  if (const auto minute = places_.add(snapshot, names, *stored_at_, counts.hotspots)) {
    for (const ValueList& list : minute->lists) ports_.dispatch(list, minute->at);
  }
  notify_states(reading, names);
  say_silent(reading.silent_domains);
  names_ = std::move(names);
  before_ = std::move(reading);
  earlier_ = std::move(snapshot);
}

void Sampler::keep_selected(Reading& reading) const {
  std::erase_if(reading.domains, [&](const DomainReading& domain) { return !config_.domains.reports(domain.name); });
  std::erase_if(reading.silent_domains, [&](const std::string& name) { return !config_.domains.reports(name); });
}

// One line for the domains that fell silent in this read, one for those that answer again.
void Sampler::say_silent(const std::vector<std::string>& names) {
  const std::set<std::string> now(names.begin(), names.end());
  std::vector<std::string> fell, back;
  std::set_difference(now.begin(), now.end(), silent_.begin(), silent_.end(), std::back_inserter(fell));
  std::set_difference(silent_.begin(), silent_.end(), now.begin(), now.end(), std::back_inserter(back));
  silent_ = now;
  if (!fell.empty()) {
    ports_.log(Level::kWarning, "hotspot: " + some_of(fell) + (fell.size() == 1 ? " does" : " do") +
                                    " not answer: the QEMU process is stopped, or its monitor hangs; values of memory "
                                    "and disks are missing until it does");
  }
  if (!back.empty()) {
    ports_.log(Level::kInfo, "hotspot: " + some_of(back) +
                                 (back.size() == 1 ? " answers again, or is" : " answer again, or are") +
                                 " no longer there");
  }
}

void Sampler::say_stored_names() {
  const StoredDomains::Notes notes = stored_domains_.take_notes();
  for (const std::string& text : notes.warnings) ports_.log(Level::kWarning, "hotspot: " + text);
  for (const std::string& text : notes.infos) ports_.log(Level::kInfo, "hotspot: " + text);
}

// Domains that have ended are reported first, and not at all if another domain now has the name.
void Sampler::notify_states(const Reading& reading, const std::vector<StoredDomain>& names) const {
  if (!config_.extra_stats.has(ExtraStat::kDomainState)) return;
  const auto notify = [&](const StoredDomain& name, int state, int reason) {
    ports_.notify({.severity = state_severity(state),
                   .message = state_sentence(state, reason),
                   .host = name.host,
                   .plugin_instance = name.plugin_instance});
  };
  std::unordered_set<std::string_view> present;
  for (const DomainReading& domain : reading.domains) present.insert(domain.uuid);
  std::unordered_map<std::string_view, const DomainReading*> known;
  std::vector<StoredDomain> gone;
  for (std::size_t i = 0; before_ && i < before_->domains.size(); ++i) {
    const DomainReading& domain = before_->domains[i];
    known.emplace(domain.uuid, &domain);
    if (!present.contains(domain.uuid)) gone.push_back(names_[i]);
  }
  constexpr int kShutoff = 5;  // or migrated away: libvirt no longer lists it, so the reason is not known
  for (const StoredDomain& name : gone) {
    const bool taken = std::any_of(names.begin(), names.end(), [&](const StoredDomain& other) {
      return other.host == name.host && other.plugin_instance == name.plugin_instance;
    });
    if (!taken) notify(name, kShutoff, 0);
  }
  for (std::size_t i = 0; i < reading.domains.size(); ++i) {
    const DomainReading& domain = reading.domains[i];
    const auto found = known.find(domain.uuid);
    const bool changed = found == known.end() || found->second->state != domain.state ||
                         found->second->state_reason != domain.state_reason || found->second->id != domain.id;
    if (config_.persistent_notification || (before_ && changed)) notify(names[i], domain.state, domain.state_reason);
  }
}

void Sampler::say_away(const std::string& why) {
  if (!away_.empty()) return;
  away_ = why;
  away_since_ = std::chrono::steady_clock::now();
  ports_.log(Level::kError,
             "hotspot: " + libvirt_at(config_.connection) + " is away: " + why + "; trying again at each read");
}

void Sampler::say_back() {
  if (away_.empty()) return;
  away_.clear();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - away_since_);
  ports_.log(Level::kInfo,
             "hotspot: " + libvirt_at(config_.connection) + " is back after " + std::to_string(seconds.count()) + " s");
}

}  // namespace hotspot::collector
