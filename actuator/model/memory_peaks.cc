#include "actuator/model/memory_peaks.h"

#include <algorithm>

#include "actuator/model/cluster.h"

namespace hotspot::model {
namespace {

constexpr int kPeaks = 24;
// After a longer gap it is unknown how much the guest needed in between, and whether it rebooted.
constexpr Milliseconds kGap{std::chrono::minutes(2)};

// Times in Redis are precise to the minute, and written once a minute.
constexpr Milliseconds kTold{std::chrono::minutes(2)};
constexpr int kGapIntervals = 5;

WallTime start_of(const telemetry::DomainSample& sample) { return from_unix_ms(*sample.started_at * 1000); }

}  // namespace

std::optional<std::int64_t> memory_used_bytes(const telemetry::DomainSample& sample) {
  if (!sample.memory_available_bytes || !sample.memory_usable_bytes) return std::nullopt;
  return std::max<std::int64_t>(0, *sample.memory_available_bytes - *sample.memory_usable_bytes);
}

Milliseconds DomainMemory::observed(WallTime now) const {
  return std::max(Milliseconds(0), now - std::max(known_since, booted_at.value_or(known_since)));
}

std::optional<MemoryPeak> DomainMemory::largest() const {
  const auto most = std::max_element(
      peaks.begin(), peaks.end(), [](const MemoryPeak& a, const MemoryPeak& b) { return a.used_bytes < b.used_bytes; });
  return most == peaks.end() ? std::nullopt : std::optional(*most);
}

void MemoryPeaks::observe(const telemetry::NodeSnapshot& snapshot) {
  const auto [newest, is_new] = newest_.try_emplace(snapshot.node.uuid, snapshot.taken_at);
  const WallTime before = is_new ? snapshot.taken_at : newest->second;
  newest->second = snapshot.taken_at;
  for (const telemetry::DomainSample& sample : snapshot.domains)
    if (is_running(sample)) observe(sample, snapshot, before);
}

void MemoryPeaks::observe(const telemetry::DomainSample& sample, const telemetry::NodeSnapshot& snapshot,
                          WallTime before) {
  const std::string& node_uuid = snapshot.node.uuid;
  const WallTime at = snapshot.taken_at;
  const auto intervals = Milliseconds(static_cast<std::int64_t>(snapshot.interval_seconds * 1000 * kGapIntervals));
  const auto used = memory_used_bytes(sample);
  Seen& seen = seen_[sample.uuid];
  const bool here = seen.node_uuid == node_uuid;
  const bool faults = sample.minor_faults_per_second.has_value();
  if (used) {
    const auto [place, is_new] = domains_.try_emplace(sample.uuid);
    DomainMemory& domain = place->second;
    if (is_new || at - domain.last_seen > std::max(kGap, intervals)) domain.known_since = at;
    const bool was_away = here && domain.last_seen < before && !sample.started_at;
    const bool tells_again = here && !seen.told;
    const bool counts_anew = here && seen.told_faults && !faults;
    if (!is_new && (was_away || tells_again || counts_anew)) domain.booted_at = at;
    // A domain that ran elsewhere after this process had started was taken over by it, through a migration.
    const bool overlaps = !is_new && !here && sample.started_at && domain.last_seen >= start_of(sample);
    if (sample.started_at && (overlaps || sample.state_reason == "migrated")) seen.arrived = sample.started_at;
    note_start(sample, at, seen, domain);
    domain.last_seen = std::max(domain.last_seen, at);
    note_peak(domain, at, *used);
  }
  seen = {node_uuid, used.has_value(), used && faults, seen.arrived};
}

void MemoryPeaks::note_start(const telemetry::DomainSample& sample, WallTime at, const Seen& seen,
                             DomainMemory& domain) {
  if (!sample.started_at || seen.arrived == sample.started_at) return;
  const WallTime start = start_of(sample);
  if (start > at) return;  // the node's clock was set in between
  domain.booted_at = std::max(start, domain.booted_at.value_or(start));
}

void MemoryPeaks::note_peak(DomainMemory& domain, WallTime at, std::int64_t used_bytes) {
  const Milliseconds length = std::max(remember_ / kPeaks, Milliseconds(1));
  const WallTime from = from_unix_ms(to_unix_ms(at) / length.count() * length.count());
  auto place = std::lower_bound(domain.peaks.begin(), domain.peaks.end(), from,
                                [](const MemoryPeak& peak, WallTime time) { return peak.from < time; });
  if (place != domain.peaks.end() && place->from == from) {
    place->used_bytes = std::max(place->used_bytes, used_bytes);
  } else {
    domain.peaks.insert(place, {from, used_bytes});
  }
  if (domain.peaks.size() > kPeaks + 1) domain.peaks.erase(domain.peaks.begin());
}

void MemoryPeaks::note_boot(const std::string& domain_uuid, WallTime at) {
  const auto found = domains_.find(domain_uuid);
  if (found == domains_.end()) return;
  found->second.booted_at = std::max(at, found->second.booted_at.value_or(at));
}

void MemoryPeaks::raise_floor(const std::string& domain_uuid, MemoryFloor floor) {
  const auto found = domains_.find(domain_uuid);
  if (found == domains_.end()) return;
  const auto& known = found->second.floor;
  if (known && known->bytes > floor.bytes) floor.bytes = known->bytes;
  found->second.floor = std::move(floor);
}

void MemoryPeaks::note_past(const std::string& domain_uuid, WallTime at, std::int64_t used_bytes) {
  const auto found = domains_.find(domain_uuid);
  if (found == domains_.end() || found->second.last_seen - at > remember_) return;
  note_peak(found->second, at, used_bytes);
  found->second.known_since = std::min(found->second.known_since, at);
}

const DomainMemory* MemoryPeaks::find(const std::string& domain_uuid) const {
  const auto found = domains_.find(domain_uuid);
  return found == domains_.end() ? nullptr : &found->second;
}

void MemoryPeaks::restore(std::map<std::string, DomainMemory> domains, WallTime now) {
  for (auto& [uuid, known] : domains) {
    const auto [place, is_new] = domains_.try_emplace(uuid);
    DomainMemory& ours = place->second;
    if (is_new) ours.known_since = known.known_since, ours.last_seen = known.last_seen;
    if (ours.known_since - known.last_seen <= kGap + kTold)
      ours.known_since = std::min(ours.known_since, known.known_since);
    if (known.booted_at) ours.booted_at = std::max(*known.booted_at, ours.booted_at.value_or(*known.booted_at));
    for (const MemoryPeak& peak : known.peaks) note_peak(ours, peak.from, peak.used_bytes);
    if (known.floor && (!ours.floor || ours.floor->bytes < known.floor->bytes)) ours.floor = known.floor;
  }
  forget_old(now);
}

void MemoryPeaks::forget_old(WallTime now) {
  for (auto& [uuid, domain] : domains_) {
    domain.known_since = std::min(domain.known_since, now);
    domain.last_seen = std::min(domain.last_seen, now);
    if (domain.booted_at) domain.booted_at = std::min(*domain.booted_at, now);
    if (domain.floor) domain.floor->at = std::min(domain.floor->at, now);
    if (domain.floor && now - domain.floor->at > remember_) domain.floor.reset();
    std::erase_if(domain.peaks, [&](const MemoryPeak& peak) {
      return now - peak.from > remember_ + remember_ / kPeaks || peak.from > now;
    });
  }
  std::erase_if(domains_, [&](const auto& entry) { return now - entry.second.last_seen > remember_; });
  std::erase_if(seen_, [this](const auto& entry) { return !domains_.contains(entry.first); });
  std::erase_if(newest_, [&](const auto& entry) { return now - entry.second > remember_; });
}

}  // namespace hotspot::model
