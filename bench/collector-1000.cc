// collector-1000 [READS]: what one read of a node with 1,000 domains costs collectd, from the reading to Redis' answer.
//
// Synthetic domains (two vCPUs, one disk, one interface, balloon statistics, every counter moving) come in through the
// reader's port; from there all is as in hotspot.so: rates, JSON, collectd's value lists, and the publisher's thread
// with a real redis-server. collectd's own dispatch is stubbed: the stub copies what plugin.cc copies. Measured is the
// CPU time of this whole process, less what making up the readings took. Redis' own CPU is not in it.
//
// Bounds: 10 ms CPU a read; a peak below 64 MiB, made-up readings included; no growth over 10,000 reads. The peer is
// the bound. For comparison, the same values are sent as collectd's write_redis does, a ZADD and a SADD for each.
#include <hiredis/hiredis.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "collectd-plugin/redis_publisher.h"
#include "collectd-plugin/sampler.h"
#include "tests/support/redis_server.h"

namespace {

using namespace hotspot;
using namespace hotspot::collector;

constexpr int kDomains = 1000;
constexpr int kWarmUpReads = 200;
constexpr double kBoundMs = 10;
constexpr double kPeakBoundMib = 64;
constexpr double kGrowthBoundMib = 1;  // what the allocator keeps for itself goes up and down by less

double cpu_ms(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  double size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

DomainReading domain_reading(int number) {
  std::array<char, 64> text{};
  DomainReading domain;
  std::snprintf(text.data(), text.size(), "6695eb01-f6a4-8304-79aa-%012d", number);
  domain.uuid = text.data();
  std::snprintf(text.data(), text.size(), "web-%04d", number);
  domain.name = text.data();
  domain.state = 1;
  domain.vcpus = domain.vcpus_max = 2;
  domain.cpu_ns = domain.cpu_user_ns = domain.cpu_system_ns = 0;
  for (auto* bytes : {&domain.balloon_bytes, &domain.balloon_max_bytes, &domain.rss_bytes, &domain.available_bytes,
                      &domain.unused_bytes, &domain.usable_bytes, &domain.disk_caches_bytes})
    *bytes = 2'147'483'648 - number * 4096;
  domain.swap_in_bytes = domain.swap_out_bytes = domain.major_faults = domain.minor_faults = 0;
  for (int vcpu = 0; vcpu < 2; ++vcpu) domain.vcpu_readings.push_back({vcpu, 0, 0, 0});
  domain.disks.push_back({"vda", "/var/lib/libvirt/images/one.qcow2", 0, 0, 0, 0, 0, 0, 0, 0, 10'737'418'240,
                          21'474'836'480, 10'737'418'240});
  domain.interfaces.push_back({"vnet" + std::to_string(number), 0, 0, 0, 0, 0, 0, 0, 0});
  return domain;
}

// Everything moves, each at a pace of its own, so that the numbers have as many digits as in life.
void advance(DomainReading& domain, std::uint64_t pace) {
  const auto add = [pace](Count& counter, std::uint64_t per_second) { *counter += per_second + pace * 7; };
  add(domain.cpu_ns, 412'345'678);
  add(domain.cpu_user_ns, 301'234'567);
  add(domain.cpu_system_ns, 111'111'111);
  add(domain.swap_in_bytes, 4096);
  add(domain.swap_out_bytes, 8192);
  add(domain.major_faults, 3);
  add(domain.minor_faults, 1234);
  for (VcpuReading& vcpu : domain.vcpu_readings) {
    add(vcpu.time_ns, 201'234'567);
    add(vcpu.wait_ns, 1'234'567);
    add(vcpu.delay_ns, 2'345'678);
  }
  for (DiskReading& disk : domain.disks)
    for (Count* counter : {&disk.read_ops, &disk.read_bytes, &disk.read_ns, &disk.write_ops, &disk.write_bytes,
                           &disk.write_ns, &disk.flush_ops, &disk.flush_ns})
      add(*counter, 123'456);
  for (InterfaceReading& one : domain.interfaces)
    for (Count* counter : {&one.receive_bytes, &one.receive_packets, &one.receive_errors, &one.receive_drops,
                           &one.transmit_bytes, &one.transmit_packets, &one.transmit_errors, &one.transmit_drops})
      add(*counter, 98'765);
}

double g_made_up_ms = 0;  // CPU time of making up readings; read only while the reader rests

class SyntheticReader : public HypervisorReader {
 public:
  SyntheticReader() {
    reading_.node.fixed.uuid = "uuid-node1";
    reading_.node.fixed.name = "node1";
    reading_.node.fixed.cpus = 64;
    reading_.node.fixed.memory_bytes = 512ll << 30;
    reading_.node.cpu_user_ns = reading_.node.cpu_system_ns = reading_.node.cpu_idle_ns = 0;
    for (int i = 0; i < kDomains; ++i) reading_.domains.push_back(domain_reading(i));
  }
  Result<Reading> read() override {
    const double began = cpu_ms(CLOCK_THREAD_CPUTIME_ID);
    reading_.at += std::chrono::seconds(1);
    reading_.taken_at = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    *reading_.node.cpu_user_ns += 30'000'000'000;
    *reading_.node.cpu_system_ns += 4'000'000'000;
    *reading_.node.cpu_idle_ns += 30'000'000'000;
    for (std::size_t i = 0; i < reading_.domains.size(); ++i) advance(reading_.domains[i], i);
    Reading copy = reading_;
    g_made_up_ms += cpu_ms(CLOCK_THREAD_CPUTIME_ID) - began;
    return copy;
  }

 private:
  Reading reading_;
};

// collectd's value_list_t, as plugin.cc fills it.
struct ValueListOfCollectd {
  std::array<double, 2> values;
  std::array<std::array<char, 128>, 5> names;
};

void copy(std::array<char, 128>& to, const std::string& from) {
  const std::size_t length = std::min(from.size(), to.size() - 1);
  std::memcpy(to.data(), from.data(), length);
  to[length] = '\0';
  for (std::size_t i = 0; i < length; ++i)
    if (to[i] == '/') to[i] = '_';
}

std::uint64_t g_dispatched = 0;
std::vector<ValueList>* g_keep = nullptr;  // for write_redis: the values of one read

void dispatch(const ValueList& list, WallTime) {
  ValueListOfCollectd filled;
  for (std::size_t i = 0; i < list.values.size() && i < 2; ++i)
    filled.values[i] = std::visit([](auto value) { return static_cast<double>(value); }, list.values[i]);
  const std::array fields{&list.host, &list.plugin, &list.plugin_instance, &list.type, &list.type_instance};
  for (std::size_t i = 0; i < fields.size(); ++i) copy(filled.names[i], *fields[i]);
  asm volatile("" : : "g"(&filled) : "memory");  // it is used, as far as the compiler can tell
  ++g_dispatched;
  if (g_keep != nullptr) g_keep->push_back(list);
}

// As write_redis.c: one round trip for the value, one for its name, and again for the next.
double write_redis_ms(const std::vector<ValueList>& lists, int port) {
  redisContext* redis = redisConnect("127.0.0.1", port);
  if (redis == nullptr || redis->err != 0) return 0;
  const double began = cpu_ms(CLOCK_PROCESS_CPUTIME_ID);
  for (const ValueList& list : lists) {
    const std::string name = list.host + "/" + list.plugin + "/" + list.type + "-" + list.type_instance;
    std::string value = "1800000000.000";
    for (const Value& one : list.values)
      value += ":" + std::visit([](auto number) { return std::to_string(number); }, one);
    freeReplyObject(redisCommand(redis, "ZADD collectd/%s 1800000000.000 %s", name.c_str(), value.c_str()));
    freeReplyObject(redisCommand(redis, "SADD collectd/values %s", name.c_str()));
  }
  const double took = cpu_ms(CLOCK_PROCESS_CPUTIME_ID) - began;
  redisFree(redis);
  return took;
}

struct Node {
  explicit Node(int port) {
    RedisPublisherOptions options;
    options.redis.port = port;
    options.redis.key = options.stream = "hotspot:{bench}:snapshots";
    options.max_age = std::chrono::seconds(1);  // so that Redis keeps a hundred of them, not ten thousand
    options.on_change = [](bool well, const std::string& said) {
      if (!well) std::fprintf(stderr, "%s\n", said.c_str());
    };
    auto key = crypto::SigningKey::generate();
    if (!key) throw std::runtime_error(key.error().message);
    options.signer = std::make_shared<SnapshotSigner>(std::move(*key), "bench", 1);
    auto made = std::make_unique<RedisPublisher>(std::move(options));
    publisher = made.get();
    PluginConfig config;
    config.cluster = "bench";
    config.timeout_seconds = 60;
    sampler = std::make_unique<Sampler>(
        config, 1.0,
        SamplerPorts{.make_reader = [] { return std::make_unique<SyntheticReader>(); },
                     .publisher = std::move(made),
                     .dispatch = dispatch,
                     .log = [](Level, const std::string& said) { std::fprintf(stderr, "%s\n", said.c_str()); }});
  }
  // One read, until Redis has taken the snapshot.
  void read() {
    sampler->read();
    ++reads;
    while (publisher->counts().published < reads) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  RedisPublisher* publisher = nullptr;
  std::unique_ptr<Sampler> sampler;
  std::uint64_t reads = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const int reads = argc > 1 ? std::atoi(argv[1]) : 10'000;
  if (reads < 1) return std::fprintf(stderr, "usage: collector-1000 [READS]\n"), 2;
  const testing::RedisServer redis;
  Node node(redis.port());
  for (int i = 0; i < kWarmUpReads; ++i) node.read();

  const double resident_before = resident_mib(), began = cpu_ms(CLOCK_PROCESS_CPUTIME_ID), made_up = g_made_up_ms;
  for (int i = 0; i < reads; ++i) node.read();
  const double ours = (cpu_ms(CLOCK_PROCESS_CPUTIME_ID) - began - (g_made_up_ms - made_up)) / reads;
  const double growth = resident_mib() - resident_before;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double peak = static_cast<double>(usage.ru_maxrss) / 1024;
  const PublisherCounts counts = node.publisher->counts();

  std::vector<ValueList> lists;
  g_keep = &lists;
  node.read();
  std::printf("%d reads of %d domains: %zu values and %.0f KiB of snapshot a read; making them up took %.2f ms\n",
              reads, kDomains, lists.size(),
              static_cast<double>(counts.published_bytes) / static_cast<double>(counts.published) / 1024,
              (g_made_up_ms - made_up) / reads);
  std::printf("the same values sent as write_redis does: %.1f ms CPU a read\n", write_redis_ms(lists, redis.port()));
  std::printf("resident: peak %.1f MiB (bound %.0f), grown by %.2f MiB over %d reads (bound %.0f); dropped %llu\n",
              peak, kPeakBoundMib, growth, reads, kGrowthBoundMib, static_cast<unsigned long long>(counts.dropped));
  std::printf("collector-1000: ours=%.3f peer=%.3f ratio=%.3f bound=1.000 ms\n", ours, kBoundMs, ours / kBoundMs);
  return ours <= kBoundMs && peak < kPeakBoundMib && growth <= kGrowthBoundMib && counts.dropped == 0 ? 0 : 1;
}
