// The data of the bench `rules`: the same for us and for Prometheus.
//
// Domain I is on node I mod (number of nodes); each series has a sample every ten seconds, uniform in 0 to 1, vCPUs 1
// to
// 8. A value depends on its series and its time alone, so nobody has to keep it.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>

namespace hotspot::bench {

constexpr std::int64_t kStepMs = 10'000;
constexpr int kSamples = 30;
constexpr std::array<const char*, 6> kMetrics{"domain_cpu_ratio", "domain_memory_ratio",     "domain_net_ratio",
                                              "domain_vcpus",     "domain_vcpu_delay_ratio", "domain_block_ratio"};
constexpr std::size_t kVcpus = 3;

// splitmix64
inline double uniform(std::uint64_t series, std::uint64_t sample) {
  std::uint64_t x = series * 0x9e3779b97f4a7c15ULL + sample * 0xbf58476d1ce4e5b9ULL + 0x94d049bb133111ebULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1.0p-53;
}

inline double domain_value(std::size_t domain, std::size_t metric, std::int64_t time_ms) {
  const double value = uniform(domain * 8 + metric, static_cast<std::uint64_t>(time_ms / kStepMs));
  return metric == kVcpus ? std::floor(value * 8) + 1 : value;
}

inline double node_value(std::size_t node, std::int64_t time_ms) {
  return uniform((std::uint64_t{1} << 40) + node, static_cast<std::uint64_t>(time_ms / kStepMs));
}

inline std::string domain_name(std::size_t domain) { return "vm" + std::to_string(domain); }
inline std::string node_name(std::size_t node) { return "h" + std::to_string(node); }

}  // namespace hotspot::bench
