// connections GOOD SILENT [UUID=URI...]: what connections to many nodes cost one hotspotd.
//
// SILENT stand-ins that take a connection and say nothing stand before GOOD ones that answer, and before real libvirtd
// (bench/connections.py starts those, and runs this under the limits of hotspotd.service). Measured are the time until
// all that answer are connected, threads, descriptors, memory and CPU time of this process; then every stand-in ends
// its connections at once, and the time until all are back. Bounds: BENCH_BOUND_SECONDS each time (60), 2 descriptors a
// node, 64 threads that connect.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>

#include "actuator/io/libvirt/hypervisor.h"
#include "tests/support/stand_ins.h"
#include "tests/support/wait.h"

namespace {

using namespace hotspot;
using Steady = std::chrono::steady_clock;

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  double size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Seen {
  std::mutex mutex;
  std::map<std::string, int> connections;
  std::size_t most_threads = 0, most_descriptors = 0;

  std::size_t connected(const std::vector<ports::NodeAddress>& nodes, int times) {
    const std::lock_guard lock(mutex);
    most_threads = std::max(most_threads, testing::count_threads());
    most_descriptors = std::max(most_descriptors, testing::count_descriptors());
    std::size_t count = 0;
    for (const auto& node : nodes) count += connections[node.uuid] >= times ? 1 : 0;
    return count;
  }
};

struct Case {
  std::vector<ports::NodeAddress> stand_ins, real;
  std::chrono::seconds bound;
};

// False: the bound was missed.
bool measure(const char* what, Seen& seen, const std::vector<ports::NodeAddress>& nodes, int times,
             std::chrono::seconds bound) {
  const auto began = Steady::now();
  const double cpu = cpu_seconds();
  const bool all = testing::wait_for([&] { return seen.connected(nodes, times) == nodes.size(); }, bound);
  const double seconds = std::chrono::duration<double>(Steady::now() - began).count();
  std::printf("%-26s %5zu of %5zu in %6.1f s, CPU %5.1f s; threads %zu, descriptors %zu (at most %zu, %zu); %.0f MiB\n",
              what, seen.connected(nodes, times), nodes.size(), seconds, cpu_seconds() - cpu, testing::count_threads(),
              testing::count_descriptors(), seen.most_threads, seen.most_descriptors, resident_mib());
  std::fflush(stdout);
  return all;
}

bool run(io::LibvirtHypervisor& hypervisor, Seen& seen, testing::StandIns& stand_ins, const Case& given) {
  std::vector<ports::NodeAddress> all = given.stand_ins;
  all.insert(all.end(), given.real.begin(), given.real.end());
  bool well = measure("connected", seen, all, 1, given.bound);
  const double cpu = cpu_seconds();
  testing::wait_for([] { return false; }, std::chrono::seconds(10));
  std::printf("idle: CPU %.2f s in 10 s\n", cpu_seconds() - cpu);
  stand_ins.drop();
  well = measure("back after all ended", seen, given.stand_ins, 2, given.bound) && well;
  return well && hypervisor.counts().opening.threads <= 64;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: %s GOOD SILENT [UUID=URI...]\n", argv[0]), 2;
  const std::size_t limit = io::raise_descriptor_limit();
  testing::StandIns stand_ins({{"silent", std::atoi(argv[2])}, {"good", std::atoi(argv[1])}});
  const char* bound = std::getenv("BENCH_BOUND_SECONDS");
  Case given{{}, {}, std::chrono::seconds(bound != nullptr ? std::atoi(bound) : 60)};
  for (std::size_t i = 0; i < stand_ins.nodes().size(); ++i) {
    if (stand_ins.is_good(i)) given.stand_ins.push_back(stand_ins.nodes()[i]);
  }
  for (int i = 3; i < argc; ++i) {
    const std::string word = argv[i];
    const auto at = word.find('=');
    given.real.push_back({word.substr(0, at), "real" + std::to_string(i - 2), word.substr(at + 1)});
  }
  Seen seen;
  io::LibvirtOptions options;
  options.budget = std::make_shared<io::DescriptorBudget>(limit);
  options.on_event = [](const ports::DomainEvent&) {};
  options.on_proof = [&seen](const ports::NodeProof& proof) {
    const std::lock_guard lock(seen.mutex);
    if (proof.identity) ++seen.connections[proof.node_uuid];
  };
  std::printf("before: %zu threads, %zu descriptors of %zu, %.0f MiB\n", testing::count_threads(),
              testing::count_descriptors(), limit, resident_mib());
  io::LibvirtHypervisor hypervisor(options);
  for (const auto& node : stand_ins.nodes()) hypervisor.know_node(node);
  for (const auto& node : given.real) hypervisor.know_node(node);
  const bool well = run(hypervisor, seen, stand_ins, given);
  std::fflush(stdout);
  std::_Exit(well ? 0 : 1);
}
