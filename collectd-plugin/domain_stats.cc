#include "collectd-plugin/domain_stats.h"

#include <array>
#include <string_view>

#include "common/libvirt/typed_fields.h"

namespace hotspot::collector {
namespace {

std::optional<int> integer(const virt::TypedFields& fields, std::string_view name) {
  const Count value = fields.count(name);
  return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

// In the format of virDomainGetUUIDString(), which uses sixteen conversions of printf.
std::string uuid_of(virDomainPtr domain) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, VIR_UUID_BUFLEN> bytes{};
  if (virDomainGetUUID(domain, bytes.data()) != 0) return "";
  std::string text;
  text.reserve(VIR_UUID_STRING_BUFLEN);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

std::string name_of(const char* group, int place, const char* field) {
  return std::string(group) + "." + std::to_string(place) + "." + field;
}

void read_memory(const virt::TypedFields& fields, DomainReading& reading) {
  reading.balloon_bytes = fields.bytes_of_kib("balloon.current");
  reading.balloon_max_bytes = fields.bytes_of_kib("balloon.maximum");
  const auto count_of_kib = [&](const char* name) {
    const Count value = fields.count(name);
    return value ? Count(*value * kKibibyte) : Count();
  };
  reading.swap_in_bytes = count_of_kib("balloon.swap_in");
  reading.swap_out_bytes = count_of_kib("balloon.swap_out");
  reading.major_faults = fields.count("balloon.major_fault");
  reading.minor_faults = fields.count("balloon.minor_fault");
  reading.unused_bytes = fields.bytes_of_kib("balloon.unused");
  reading.available_bytes = fields.bytes_of_kib("balloon.available");
  reading.usable_bytes = fields.bytes_of_kib("balloon.usable");
  reading.disk_caches_bytes = fields.bytes_of_kib("balloon.disk_caches");
  reading.rss_bytes = fields.bytes_of_kib("balloon.rss");
  reading.huge_page_allocations = fields.count("balloon.hugetlb_pgalloc");
  reading.huge_page_failures = fields.count("balloon.hugetlb_pgfail");
  reading.memory_updated_at = fields.count("balloon.last-update");
  if (reading.memory_updated_at == 0u) reading.memory_updated_at.reset();  // the guest has never reported
}

void read_dirty_rate(const virt::TypedFields& fields, DomainReading& reading) {
  constexpr int kMeasured = 2;  // VIR_DOMAIN_DIRTYRATE_MEASURED
  if (integer(fields, "dirtyrate.calc_status") != kMeasured) return;
  reading.dirty_bytes_per_second = fields.bytes_of_mib("dirtyrate.megabytes_per_second");
}

void read_perf(const virt::TypedFields& fields, DomainReading& reading) {
  constexpr std::string_view kPrefix = "perf.";
  fields.each(kPrefix, [&](const virTypedParameter& field) {
    if (const auto value = virt::whole_number(field))
      reading.perf_events.emplace_back(field.field + kPrefix.size(), *value);
  });
}

void read_vcpus(const virt::TypedFields& fields, DomainReading& reading) {
  reading.vcpus = integer(fields, "vcpu.current");
  reading.vcpus_max = integer(fields, "vcpu.maximum");
  for (int i = 0; i < reading.vcpus_max.value_or(0); ++i) {
    if (!fields.count(name_of("vcpu", i, "state"))) continue;  // unplugged vCPUs have no fields
    reading.vcpu_readings.push_back({.vcpu = i,
                                     .time_ns = fields.count(name_of("vcpu", i, "time")),
                                     .wait_ns = fields.count(name_of("vcpu", i, "wait")),
                                     .delay_ns = fields.count(name_of("vcpu", i, "delay"))});
  }
}

void read_interfaces(const virt::TypedFields& fields, DomainReading& reading) {
  const int count = integer(fields, "net.count").value_or(0);
  for (int i = 0; i < count; ++i) {
    const auto field = [&](const char* name) { return fields.count(name_of("net", i, name)); };
    InterfaceReading one;
    one.device = fields.text(name_of("net", i, "name"));
    one.receive_bytes = field("rx.bytes");
    one.receive_packets = field("rx.pkts");
    one.receive_errors = field("rx.errs");
    one.receive_drops = field("rx.drop");
    one.transmit_bytes = field("tx.bytes");
    one.transmit_packets = field("tx.pkts");
    one.transmit_errors = field("tx.errs");
    one.transmit_drops = field("tx.drop");
    reading.interfaces.push_back(std::move(one));
  }
}

void read_disks(const virt::TypedFields& fields, DomainReading& reading) {
  const int count = integer(fields, "block.count").value_or(0);
  for (int i = 0; i < count; ++i) {
    const auto field = [&](const char* name) { return fields.count(name_of("block", i, name)); };
    DiskReading disk;
    disk.device = fields.text(name_of("block", i, "name"));
    disk.source = fields.text(name_of("block", i, "path"));
    disk.read_ops = field("rd.reqs");
    disk.read_bytes = field("rd.bytes");
    disk.read_ns = field("rd.times");
    disk.write_ops = field("wr.reqs");
    disk.write_bytes = field("wr.bytes");
    disk.write_ns = field("wr.times");
    disk.flush_ops = field("fl.reqs");
    disk.flush_ns = field("fl.times");
    disk.allocation_bytes = field("allocation");
    disk.capacity_bytes = field("capacity");
    disk.physical_bytes = field("physical");
    reading.disks.push_back(std::move(disk));
  }
}

}  // namespace

DomainReading reading_from(const virDomainStatsRecord& record) {
  DomainReading reading;
  reading.uuid = uuid_of(record.dom);
  if (const char* name = virDomainGetName(record.dom)) reading.name = name;
  reading.id = static_cast<int>(virDomainGetID(record.dom));
  const virt::TypedFields fields(record.params, record.nparams);
  reading.state = integer(fields, "state.state").value_or(0);
  reading.state_reason = integer(fields, "state.reason").value_or(0);
  reading.cpu_ns = fields.count("cpu.time");
  reading.cpu_user_ns = fields.count("cpu.user");
  reading.cpu_system_ns = fields.count("cpu.system");
  read_memory(fields, reading);
  read_vcpus(fields, reading);
  read_interfaces(fields, reading);
  read_disks(fields, reading);
  read_dirty_rate(fields, reading);
  read_perf(fields, reading);
  return reading;
}

}  // namespace hotspot::collector
