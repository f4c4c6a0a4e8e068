// The kernel and libvirt say the same of the same domains: reads both ways, in turn, and compares each value.
//
// kernel_contract URI DOMAIN...     on a node with these running domains; run by tests/e2e/collector_test.py
// The kernel is read between two readings of libvirt's, so that a counter must lie between them; the resolution of
// what libvirt has from clock ticks is allowed for. The last line is "N values agree"; exit code 1 where one does not.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

#include "collectd-plugin/libvirt_reader.h"

using namespace hotspot;
using namespace hotspot::collector;

namespace {

constexpr std::uint64_t kTick = 10'000'000;  // ns of a clock tick, by which libvirt counts vCPUs

int g_agree = 0, g_differ = 0;

void between(const std::string& what, Count low, Count seen, Count high, std::uint64_t slack) {
  const bool all = low.has_value() == seen.has_value() && high.has_value() == seen.has_value();
  if (all && (!seen || (*seen + slack >= *low && *seen <= *high + slack))) {
    ++g_agree;
    return;
  }
  ++g_differ;
  const auto text = [](Count value) { return value ? std::to_string(*value) : std::string("nothing"); };
  std::cout << what << ": the kernel says " << text(seen) << ", libvirt before " << text(low) << " and after "
            << text(high) << "\n";
}

Count number(std::optional<int> value) { return value ? Count(static_cast<std::uint64_t>(*value)) : Count(); }

const DomainReading* find(const Reading& reading, const std::string& name) {
  for (const DomainReading& domain : reading.domains) {
    if (domain.name == name) return &domain;
  }
  return nullptr;
}

void compare_cpu(const DomainReading& low, const DomainReading& seen, const DomainReading& high) {
  const std::string& name = seen.name;
  between(name + " cpu", low.cpu_ns, seen.cpu_ns, high.cpu_ns, 0);
  between(name + " cpu user", low.cpu_user_ns, seen.cpu_user_ns, high.cpu_user_ns, kTick);
  between(name + " cpu system", low.cpu_system_ns, seen.cpu_system_ns, high.cpu_system_ns, kTick);
  between(name + " vcpus", number(low.vcpus), number(seen.vcpus), number(high.vcpus), 0);
  between(name + " vcpus max", number(low.vcpus_max), number(seen.vcpus_max), number(high.vcpus_max), 0);
  between(name + " vcpu readings", low.vcpu_readings.size(), seen.vcpu_readings.size(), high.vcpu_readings.size(), 0);
  for (std::size_t i = 0; i < std::min(low.vcpu_readings.size(), seen.vcpu_readings.size()); ++i) {
    const std::string vcpu = name + " vcpu " + std::to_string(seen.vcpu_readings[i].vcpu);
    if (i >= high.vcpu_readings.size()) break;
    between(vcpu + " time", low.vcpu_readings[i].time_ns, seen.vcpu_readings[i].time_ns, high.vcpu_readings[i].time_ns,
            3 * kTick);
    between(vcpu + " delay", low.vcpu_readings[i].delay_ns, seen.vcpu_readings[i].delay_ns,
            high.vcpu_readings[i].delay_ns, 0);
  }
}

void compare_interfaces(const DomainReading& low, const DomainReading& seen, const DomainReading& high) {
  between(seen.name + " interfaces", low.interfaces.size(), seen.interfaces.size(), high.interfaces.size(), 0);
  if (low.interfaces.size() != seen.interfaces.size() || high.interfaces.size() != seen.interfaces.size()) return;
  using R = InterfaceReading;
  const std::map<const char*, Count R::*> counters{
      {"receive bytes", &R::receive_bytes},     {"receive packets", &R::receive_packets},
      {"receive errors", &R::receive_errors},   {"receive drops", &R::receive_drops},
      {"transmit bytes", &R::transmit_bytes},   {"transmit packets", &R::transmit_packets},
      {"transmit errors", &R::transmit_errors}, {"transmit drops", &R::transmit_drops}};
  for (std::size_t i = 0; i < seen.interfaces.size(); ++i) {
    for (const auto& [what, counter] : counters) {
      between(seen.name + " " + seen.interfaces[i].device + " " + what, low.interfaces[i].*counter,
              seen.interfaces[i].*counter, high.interfaces[i].*counter, 0);
    }
  }
}

// Idle time may become time of waiting for I/O afterwards, and the other way round, so each of the two may go back
// (proc(5); on a machine that writes to its disk, seen within a minute of reading /proc/stat). Their sum does not.
void compare_node(const NodeReading& low, const NodeReading& seen, const NodeReading& high) {
  constexpr std::uint64_t kMoved = 1'000'000'000;
  between("node cpu user", low.cpu_user_ns, seen.cpu_user_ns, high.cpu_user_ns, 0);
  between("node cpu system", low.cpu_system_ns, seen.cpu_system_ns, high.cpu_system_ns, 0);
  between("node cpu idle", low.cpu_idle_ns, seen.cpu_idle_ns, high.cpu_idle_ns, kMoved);
  between("node cpu iowait", low.cpu_iowait_ns, seen.cpu_iowait_ns, high.cpu_iowait_ns, kMoved);
  const auto unused = [](const NodeReading& node) {
    return node.cpu_idle_ns && node.cpu_iowait_ns ? Count(*node.cpu_idle_ns + *node.cpu_iowait_ns) : Count();
  };
  between("node cpu idle and iowait", unused(low), unused(seen), unused(high), 2 * kTick);  // each is cut to a tick
}

Reading read(LibvirtReader& reader) {
  auto reading = reader.read();
  if (reading) return std::move(*reading);
  std::cout << reading.error().message << "\n";
  std::exit(1);
}

// libvirt leaves out what it would have to wait for: while collectd asks for the same domain, its memory.
Reading read_whole(LibvirtReader& reader) {
  Reading reading = read(reader);
  for (int again = 0; again < 20; ++again) {
    if (std::all_of(reading.domains.begin(), reading.domains.end(),
                    [](const DomainReading& domain) { return domain.rss_bytes.has_value(); }))
      break;
    reading = read(reader);
  }
  return reading;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) {
    std::cerr << "kernel_contract URI DOMAIN...\n";
    return 2;
  }
  LibvirtReaderOptions options;
  options.uri = words[1];
  options.patience = std::chrono::seconds(10);
  LibvirtReader kernel(options);
  options.source = Source::kLibvirt;
  LibvirtReader libvirt(options);
  read(kernel);  // the first looks at libvirt's interfaces too
  for (int look = 0; look < 4; ++look) read(kernel);
  const Reading low = read_whole(libvirt), seen = read(kernel), high = read_whole(libvirt);
  for (int i = 2; i < count; ++i) {
    const DomainReading *a = find(low, words[i]), *b = find(seen, words[i]), *c = find(high, words[i]);
    if (a == nullptr || b == nullptr || c == nullptr) {
      std::cout << words[i] << " is not in all readings\n";
      ++g_differ;
      continue;
    }
    between(a->name + " was read from the kernel", Count(1), Count(b->times.cpu != SteadyTime() ? 1 : 0), Count(1), 0);
    compare_cpu(*a, *b, *c);
    compare_interfaces(*a, *b, *c);
    const auto bytes = [](telemetry::MeasuredBytes value) {
      return value ? Count(static_cast<std::uint64_t>(*value)) : Count();
    };
    between(a->name + " rss", bytes(a->rss_bytes), bytes(b->rss_bytes), bytes(c->rss_bytes), 4 << 20);
  }
  compare_node(low.node, seen.node, high.node);
  std::cout << g_agree << " values agree, " << g_differ << " differ\n";
  return g_differ == 0 && g_agree > 0 ? 0 : 1;
}
