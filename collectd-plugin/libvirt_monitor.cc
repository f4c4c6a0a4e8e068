#include "collectd-plugin/libvirt_monitor.h"

#include <array>

#include "collectd-plugin/config.h"
#include "collectd-plugin/domain_stats.h"
#include "common/libvirt/typed_fields.h"

namespace hotspot::collector {
namespace {

unsigned libvirt_groups(unsigned groups) {
  unsigned types = 0;
  if (groups & kMemoryGroup) types |= VIR_DOMAIN_STATS_BALLOON;
  if (groups & kDisksGroup) types |= VIR_DOMAIN_STATS_BLOCK;
  if (groups & kVcpusGroup) types |= VIR_DOMAIN_STATS_VCPU;
  if (groups & kCpuGroup) types |= VIR_DOMAIN_STATS_CPU_TOTAL;
  if (groups & kDirtyRateGroup) types |= VIR_DOMAIN_STATS_DIRTYRATE;
  return types;
}

std::vector<NamedCount> read_job(virDomainPtr domain) {
  const virt::JobFields running(domain, 0);
  std::vector<NamedCount> job;
  if (!running.is_there()) return job;
  job.emplace_back("type", running.type());
  running.fields().each("", [&](const virTypedParameter& field) {
    if (const auto value = virt::whole_number(field)) job.emplace_back(field.field, *value);
  });
  return job;
}

std::vector<NamedCount> read_disk_errors(virDomainPtr domain) {
  std::vector<NamedCount> errors;
  const int disks = virDomainGetDiskErrors(domain, nullptr, 0, 0);
  if (disks <= 0) return errors;
  std::vector<virDomainDiskError> found(static_cast<std::size_t>(disks));
  const int count = virDomainGetDiskErrors(domain, found.data(), static_cast<unsigned>(disks), 0);
  for (int i = 0; i < count; ++i) {
    const virDomainDiskError& one = found[static_cast<std::size_t>(i)];
    errors.emplace_back(one.disk, one.error);
    std::free(one.disk);
  }
  return errors;
}

}  // namespace

MonitorAnswer LibvirtMonitor::answer(const MonitorQuestion& question) {
  MonitorAnswer answer;
  const SteadyTime began = std::chrono::steady_clock::now();
  if (!connect(answer)) return answer;
  learn_domains(question);
  const std::set<std::string> answering = read_groups(question, answer);
  answer.at = began + (std::chrono::steady_clock::now() - began) / 2;
  const auto for_each = [&](const std::vector<std::string>& uuids, const auto& visit) {
    for (const std::string& uuid : uuids) {
      virDomainPtr one = answering.contains(uuid) ? domain(uuid) : nullptr;
      if (one != nullptr) visit(uuid, one);
    }
  };
  constexpr int kSeconds = 1;
  for_each(question.jobs, [&](const auto& uuid, virDomainPtr one) { answer.jobs[uuid] = read_job(one); });
  for_each(question.disk_errors,
           [&](const auto& uuid, virDomainPtr one) { answer.disk_errors[uuid] = read_disk_errors(one); });
  for_each(question.start_dirty_rate,
           [&](const auto&, virDomainPtr one) { virDomainStartDirtyRateCalc(one, kSeconds, 0); });
  return answer;
}

bool LibvirtMonitor::connect(MonitorAnswer& answer) {
  if (connection_ && virConnectIsAlive(connection_.get()) == 1) return true;
  domains_.clear();
  connection_.reset(access_ == Access::kReadWrite ? virConnectOpen(uri_.c_str())
                                                  : virConnectOpenReadOnly(uri_.c_str()));
  if (!connection_) answer.error = "cannot connect to " + libvirt_at(uri_) + ": " + virt::last_error_text();
  return connection_ != nullptr;
}

// One call for many domains; a few new ones are looked up one by one.
void LibvirtMonitor::learn_domains(const MonitorQuestion& question) {
  std::size_t asked = 0, unknown = 0;
  for (const auto& [groups, uuids] : question.groups) {
    asked += uuids.size();
    for (const std::string& uuid : uuids) unknown += domains_.contains(uuid) ? 0 : 1;
  }
  if (domains_.size() > 2 * asked + 16) domains_.clear();  // most are gone
  constexpr std::size_t kFew = 3;
  if (unknown <= kFew) return;
  virDomainPtr* all = nullptr;
  const int count = virConnectListAllDomains(connection_.get(), &all, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
  for (int i = 0; i < count; ++i) {
    virt::DomainHandle one(all[i]);
    std::array<char, VIR_UUID_STRING_BUFLEN> uuid{};
    if (virDomainGetUUIDString(one.get(), uuid.data()) == 0) domains_[uuid.data()] = std::move(one);
  }
  std::free(all);
}

virDomainPtr LibvirtMonitor::domain(const std::string& uuid) {
  const auto known = domains_.find(uuid);
  if (known != domains_.end()) return known->second.get();
  virt::DomainHandle found(virDomainLookupByUUIDString(connection_.get(), uuid.c_str()));
  if (!found) return nullptr;
  return domains_.emplace(uuid, std::move(found)).first->second.get();
}

std::set<std::string> LibvirtMonitor::read_groups(const MonitorQuestion& question, MonitorAnswer& answer) {
  std::set<std::string> answering;
  for (const auto& [groups, uuids] : question.groups) {
    std::vector<virDomainPtr> domains;
    for (const std::string& uuid : uuids) {
      if (virDomainPtr one = domain(uuid)) domains.push_back(one);
    }
    if (domains.empty()) continue;
    domains.push_back(nullptr);
    virDomainStatsRecordPtr* raw = nullptr;
    // NOWAIT: skips a domain that another call holds (perhaps our own in another lane).
    const int count =
        virDomainListGetStats(domains.data(), libvirt_groups(groups), &raw, VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
    if (count < 0) {
      answer.error = "the domains cannot be read: " + virt::last_error_text();
      if (virConnectIsAlive(connection_.get()) != 1) connection_.reset();
      if (!connection_) return {};
      continue;
    }
    const virt::StatsHandle records(raw);
    for (int i = 0; i < count; ++i) {
      const DomainReading& reading = answer.groups.emplace_back(groups, reading_from(*raw[i])).second;
      if (reading.rss_bytes) answering.insert(reading.uuid);
    }
  }
  return answering;
}

}  // namespace hotspot::collector
