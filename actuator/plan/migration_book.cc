#include "actuator/plan/migration_book.h"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

namespace hotspot::plan {
namespace {

constexpr double kNewest = 0.5;
constexpr Milliseconds kDomainsKept{std::chrono::hours(12)};
// A shorter copy says nothing about the link.
constexpr double kLeastSeconds = 0.2;
constexpr double kLeastStopBytes = kMebibyte;
// The rest is overhead of Ethernet, IP and TCP.
constexpr double kPayloadRatio = 0.94;

std::optional<double> find(const Figures& figures, const char* name) {
  const auto found = figures.find(name);
  return found == figures.end() ? std::nullopt : std::optional(found->second);
}

double mixed(double before, double now, int migrations) {
  return migrations == 0 ? now : before * (1 - kNewest) + now * kNewest;
}

std::optional<double> busiest_vcpu_ratio(const model::DomainSample& domain) {
  std::optional<double> busiest = domain.vcpu_samples.empty() ? domain.cpu_ratio : std::nullopt;
  for (const telemetry::VcpuSample& vcpu : domain.vcpu_samples)
    if (vcpu.cpu_ratio) busiest = std::max(busiest.value_or(0), *vcpu.cpu_ratio);
  return busiest;
}

// The fastest link that leads out of the node.
std::optional<double> link_bytes_per_second(const model::Node& node) {
  std::optional<double> best;
  for (const telemetry::LinkSample& link : node.snapshot->node.links)
    if (link.speed_bits_per_second && *link.speed_bits_per_second > 0)
      best = std::max(best.value_or(0), *link.speed_bits_per_second / 8 * kPayloadRatio);
  return best;
}

// 0 if there are no values.
double median(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// λ from the rounds: all that was sent after the first round was written while all rounds but the last were sent.
std::optional<double> dirty_rate(const Figures& figures, double bytes_per_second) {
  const auto first = find(figures, "first_round_ms"), last = find(figures, "last_round_ms"),
             precopy = find(figures, "precopy_ms"), stop = find(figures, "stop_and_copy_ms");
  if (!first || !last || !precopy || !stop || find(figures, "throttle_percent").value_or(0) > 0) return std::nullopt;
  const double writing = *precopy - *last;
  if (writing <= 0) return std::nullopt;
  return bytes_per_second * std::max(0.0, *precopy - *first) / writing;
}

}  // namespace

void MigrationBook::note(const model::Action& action, const Figures& figures, WallTime now) {
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  const auto precopy = find(figures, "precopy_ms"), stop = find(figures, "stop_and_copy_ms"),
             sent = find(figures, "memory_processed_bytes"), total = find(figures, "total_ms");
  if (move == nullptr) return;
  const bool post_copy = figures.contains("post_copy");  // its times are those of pre-copy, its bytes those of both
  if (!post_copy && figures.contains("downtime_ms")) note_stop(pairs_[{action.node_uuid, move->target_uuid}], figures);
  if (!precopy || !stop || !sent || !total) return;
  note_storage(action, figures);
  if (post_copy) return;
  // The last pass had another rate, if it is known how much it sent.
  auto stopped = find(figures, "stop_and_copy_bytes");
  if (stopped && *stopped <= 0) stopped.reset();
  const double seconds = (*precopy + (stopped ? 0 : *stop)) / 1000, bytes = *sent - stopped.value_or(0);
  Pair& pair = pairs_[{action.node_uuid, move->target_uuid}];
  if (seconds < kLeastSeconds || bytes <= 0) return;
  // While the guest is throttled, QEMU may wait for it and leave the link idle: that says little about the link.
  const bool waited = pair.migrations > 0 && find(figures, "throttle_percent").value_or(0) > 0;
  const double rate = waited ? std::max(pair.bytes_per_second, bytes / seconds) : bytes / seconds;
  pair.bytes_per_second = mixed(pair.bytes_per_second, rate, pair.migrations);
  const double disks = find(figures, "storage_ms").value_or(0) / 1000;
  pair.overhead_seconds =
      mixed(pair.overhead_seconds, std::max(0.0, (*total - *precopy - *stop) / 1000 - disks), pair.migrations);
  ++pair.migrations;
  DomainMemory& memory = domains_[action.domain_uuid];
  memory.at = now;
  note_memory(memory, action, figures, rate);
  find_usual();
}

void MigrationBook::note_memory(DomainMemory& memory, const model::Action& action, const Figures& figures,
                                double rate) {
  memory.dirty_bytes_per_second = dirty_rate(figures, rate);
  const auto thought = find(action.expected, kExpectedEstimate), first = find(figures, "first_round_ms");
  if (!thought || *thought <= 0 || !first) return;
  memory.estimate_bytes = *thought;
  // QEMU looks for new pages as soon as the rest fits into the downtime, within half a window of 100 ms
  // (migration_method.cc): the first round therefore left some out, and some of those are zero.
  const double least = rate * *first / 1000;
  const double unsent = rate * std::max(0.0, find(figures, "downtime_limit_ms").value_or(0) / 1000 - 0.05);
  const double whole = find(action.expected, kExpectedWhole).value_or(0);
  const double used = used_share_of_last(find(action.expected, kExpectedMemory).value_or(whole), whole);
  const double before = memory.first_round_bytes > 0 ? memory.first_round_bytes : least + used * unsent;
  memory.first_round_bytes = std::clamp(before, least, least + unsent);
}

void MigrationBook::find_usual() {
  std::vector<double> rates, overheads, freed;
  for (const auto& [nodes, pair] : pairs_) {
    if (pair.migrations == 0) continue;
    rates.push_back(pair.bytes_per_second);
    overheads.push_back(pair.overhead_seconds);
  }
  for (const auto& [uuid, memory] : domains_)
    if (memory.estimate_bytes > 0) freed.push_back(std::max(0.0, memory.first_round_bytes - memory.estimate_bytes));
  usual_ = {median(rates), median(overheads), median(freed)};
}

// A lower bound holds until a guest is stopped for longer than the operator allows.
void MigrationBook::note_stop(Pair& pair, const Figures& figures) {
  const auto bytes = find(figures, "stop_and_copy_bytes"), downtime = find(figures, "downtime_ms"),
             allowed = find(figures, "max_downtime_ms");
  // If disks are copied, that ends while the guest is stopped.
  if (!downtime || *downtime <= 0 || figures.contains("storage_ms")) return;
  const double seen = bytes.value_or(0) / *downtime * 1000;
  double& known = pair.stop_bytes_per_second;
  if (allowed && *downtime > *allowed) {
    known = known > 0 ? std::min(known, std::max(seen, kLeastStopBytes)) : 0;
  } else if (bytes.value_or(0) >= kLeastStopBytes && seen > known) {
    known = known > 0 ? mixed(known, seen, 1) : seen;
  }
}

void MigrationBook::note_storage(const model::Action& action, const Figures& figures) {
  const auto bytes = find(action.expected, kExpectedStorage), took = find(figures, "storage_ms");
  if (!bytes || !took || *bytes <= 0 || *took < kLeastSeconds * 1000) return;
  Pair& pair = pairs_[{action.node_uuid, std::get<model::MigrateTo>(action.step).target_uuid}];
  pair.storage_bytes_per_second = mixed(pair.storage_bytes_per_second, *bytes / *took * 1000, pair.copies);
  ++pair.copies;
}

ExpectedMigration MigrationBook::expect(const model::DomainRef& domain, const model::Node& target,
                                        const MigrationSettings& settings) const {
  ExpectedMigration expected;
  const auto memory = static_cast<double>(memory_to_send_bytes(*domain.domain));
  const auto whole = static_cast<double>(domain.domain->memory_balloon_bytes.value_or(0));
  expected.estimate_bytes = expected.memory_bytes = memory;
  expected.whole_bytes = whole;
  expected.dirty_bytes_per_second = domain.domain->dirty_bytes_per_second;
  expected.busiest_vcpu_ratio = busiest_vcpu_ratio(*domain.domain);
  expected.vcpus = domain.domain->vcpus;
  if (const auto known = domains_.find(domain.domain->uuid); known != domains_.end()) {
    const double before = known->second.first_round_bytes, thought = known->second.estimate_bytes;
    // Pages that were not zero stay so while the guest runs, even after it has freed them.
    if (thought > 0)
      expected.memory_bytes =
          std::min(std::max(before, memory * std::min(1.0, before / thought)), std::max(whole, memory));
    expected.last_dirty_bytes_per_second = known->second.dirty_bytes_per_second;
  } else {
    expected.memory_bytes = std::max(memory, std::min(memory + usual_.freed_bytes, whole));
  }
  double rate = kAssumedBytesPerSecond;
  if (const Pair* pair = find_pair(domain, target); pair != nullptr && pair->migrations > 0) {
    rate = pair->bytes_per_second;
    expected.overhead_seconds = pair->overhead_seconds;
    if (pair->stop_bytes_per_second > 0) expected.stop_bytes_per_second = pair->stop_bytes_per_second;
  } else {
    const auto here = link_bytes_per_second(*domain.node), there = link_bytes_per_second(target);
    if (usual_.bytes_per_second > 0) {
      rate = usual_.bytes_per_second;
      expected.overhead_seconds = usual_.overhead_seconds;
    }
    if (here && there) rate = std::min(*here, *there);
  }
  if (settings.bandwidth_bytes_per_second)
    rate = std::min(rate, static_cast<double>(*settings.bandwidth_bytes_per_second));
  expected.bytes_per_second = rate;
  return expected;
}

void MigrationBook::expect_storage(const Route& route, const StoragePlan& storage, const MigrationSettings& settings,
                                   ExpectedMigration& expected) const {
  if (storage.copied_disks.empty()) return;
  // A bandwidth limit counts holes like data; without a limit, holes are skipped at once.
  const bool limited = settings.bandwidth_bytes_per_second.has_value();
  expected.storage_bytes = static_cast<double>(limited ? storage.capacity_bytes : storage.allocated_bytes);
  expected.storage_written_bytes_per_second = storage.written_bytes_per_second;
  double rate = expected.bytes_per_second;
  const Pair* pair = find_pair(route.domain, route.target);
  if (pair != nullptr && pair->copies > 0) rate = pair->storage_bytes_per_second;
  if (limited) rate = std::min(rate, static_cast<double>(*settings.bandwidth_bytes_per_second));
  expected.storage_bytes_per_second = rate;
}

const MigrationBook::Pair* MigrationBook::find_pair(const model::DomainRef& domain, const model::Node& target) const {
  if (pairs_.empty()) return nullptr;
  const auto pair = pairs_.find({domain.node->uuid(), target.uuid()});
  return pair == pairs_.end() ? nullptr : &pair->second;
}

Figures figures_of(const ExpectedMigration& expected) {
  Figures figures{{kExpectedMemory, expected.memory_bytes},
                  {kExpectedEstimate, expected.estimate_bytes},
                  {kExpectedWhole, expected.whole_bytes},
                  {kExpectedBandwidth, expected.bytes_per_second}};
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) figures[name] = *value;
  };
  add(kExpectedDirty, expected.dirty_bytes_per_second);
  add(kExpectedDirtyLast, expected.last_dirty_bytes_per_second);
  add(kExpectedBusy, expected.busiest_vcpu_ratio);
  add(kExpectedVcpus, expected.vcpus);
  add(kExpectedOverhead, expected.overhead_seconds);
  add(kExpectedStopBandwidth, expected.stop_bytes_per_second);
  add(kExpectedStorage, expected.storage_bytes);
  add(kExpectedStorageBandwidth, expected.storage_bytes_per_second);
  add(kExpectedStorageWritten, expected.storage_written_bytes_per_second);
  return figures;
}

void MigrationBook::forget_old(WallTime now) {
  if (std::erase_if(domains_, [&](const auto& domain) { return now - domain.second.at > kDomainsKept; }) > 0)
    find_usual();
}

void MigrationBook::restore(Pairs pairs, Domains domains) {
  pairs_ = std::move(pairs);
  domains_ = std::move(domains);
  find_usual();
}

Result<void> MigrationBook::restore(const std::string& text) {
  MigrationBook read;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string kind, first, second;
    fields >> kind >> first;
    if (Pair pair; kind == "pair" &&
                   fields >> second >> pair.bytes_per_second >> pair.overhead_seconds >> pair.migrations &&
                   pair.bytes_per_second > 0 && pair.overhead_seconds >= 0 && pair.migrations > 0) {
      read.pairs_[{first, second}] = pair;  // its line comes first for each pair
      continue;
    }
    double rate = 0;
    if (int copies = 0; kind == "disks" && fields >> second >> rate >> copies && rate > 0 && copies > 0) {
      Pair& pair = read.pairs_[{first, second}];
      pair.storage_bytes_per_second = rate;
      pair.copies = copies;
      continue;
    }
    if (kind == "stop" && fields >> second >> rate && rate > 0) {
      read.pairs_[{first, second}].stop_bytes_per_second = rate;
      continue;
    }
    double dirty = 0;
    std::int64_t at_ms = 0;
    if (DomainMemory memory;
        kind == "guest" && fields >> dirty >> memory.first_round_bytes >> memory.estimate_bytes >> at_ms) {
      if (dirty >= 0) memory.dirty_bytes_per_second = dirty;
      memory.at = from_unix_ms(at_ms);
      read.domains_[first] = memory;
      continue;
    }
    return Error{"the line '" + line + "' tells of no migration"};
  }
  *this = std::move(read);
  find_usual();
  return {};
}

MigrationOutlook outlook_of(const Figures& expected) {
  MigrationOutlook outlook;
  outlook.memory.bytes = static_cast<std::int64_t>(find(expected, kExpectedMemory).value_or(0));
  outlook.memory.dirty_bytes_per_second = find(expected, kExpectedDirty);
  if (!outlook.memory.dirty_bytes_per_second)
    outlook.memory.dirty_bytes_per_second = find(expected, kExpectedDirtyLast);
  outlook.emulated = find(expected, kExpectedEmulated).value_or(0) > 0;
  outlook.memory.writable_bytes = find(expected, kExpectedWritable);
  outlook.memory.whole_bytes = find(expected, kExpectedWhole).value_or(0);
  outlook.memory.busy_ratio = find(expected, kExpectedBusy).value_or(1);
  outlook.bytes_per_second = find(expected, kExpectedBandwidth).value_or(kAssumedBytesPerSecond);
  outlook.storage = {find(expected, kExpectedStorage).value_or(0),
                     find(expected, kExpectedStorageBandwidth).value_or(outlook.bytes_per_second),
                     find(expected, kExpectedStorageWritten).value_or(0)};
  outlook.dirty_assumed = find(expected, kExpectedDirtyAssumed).value_or(0) > 0;
  outlook.stop_bytes_per_second = find(expected, kExpectedStopBandwidth).value_or(0);
  outlook.overhead_seconds = find(expected, kExpectedOverhead).value_or(outlook.overhead_seconds);
  return outlook;
}

// As that of its figures, which is made without a map for each pair of domain and target.
MigrationOutlook outlook_of(const ExpectedMigration& expected) {
  MigrationOutlook outlook;
  outlook.memory.bytes = static_cast<std::int64_t>(expected.memory_bytes);
  outlook.memory.dirty_bytes_per_second =
      expected.dirty_bytes_per_second ? expected.dirty_bytes_per_second : expected.last_dirty_bytes_per_second;
  outlook.memory.whole_bytes = expected.whole_bytes;
  outlook.memory.busy_ratio = expected.busiest_vcpu_ratio.value_or(1);
  outlook.bytes_per_second = expected.bytes_per_second;
  outlook.storage = {expected.storage_bytes.value_or(0),
                     expected.storage_bytes_per_second.value_or(outlook.bytes_per_second),
                     expected.storage_written_bytes_per_second.value_or(0)};
  outlook.stop_bytes_per_second = expected.stop_bytes_per_second.value_or(0);
  outlook.overhead_seconds = expected.overhead_seconds.value_or(outlook.overhead_seconds);
  return outlook;
}

std::int64_t memory_to_send_bytes(const model::DomainSample& domain) {
  const std::int64_t balloon = domain.memory_balloon_bytes.value_or(domain.memory_balloon_max_bytes.value_or(0));
  if (!domain.memory_unused_bytes) return balloon;
  // The guest's own total is less than the balloon by what its kernel reserves, which is sent as well.
  return std::max<std::int64_t>(balloon - *domain.memory_unused_bytes, balloon / 20);
}

}  // namespace hotspot::plan
