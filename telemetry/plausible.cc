#include "telemetry/plausible.h"

#include <cmath>
#include <string_view>
#include <type_traits>

#include "telemetry/codec_fields.h"

namespace hotspot::telemetry {
namespace {

struct Bounds {
  double least, most;
  bool hold(double value) const { return value >= least && value <= most; }  // false for NaN
};

constexpr double kMostCount = 65'536;
constexpr double kMostMemory = 0x1p56;  // 64 PiB
constexpr double kMostBytes = 0x1p62;
constexpr double kMostPerSecond = 1e15;
constexpr double kMostSeconds = 86'400;
constexpr double kMostTime = 1e11;  // Unix seconds, as in taken_at

constexpr Bounds bounds_of(std::string_view name) {
  if (name.ends_with("_ratio")) return {0, kMostRatio};
  if (name.ends_with("_per_second")) return {0, kMostPerSecond};
  if (name.starts_with("memory_") && name.ends_with("_bytes")) return {0, kMostMemory};
  if (name.ends_with("_bytes")) return {0, kMostBytes};
  if (name.ends_with("_seconds")) return {0, kMostSeconds};
  if (name.starts_with("load_")) return {0, 1e6};
  if (name.ends_with("_at")) return {0, kMostTime};
  if (name == "priority") return {-1e9, 1e9};
  return {0, kMostCount};  // vCPUs, CPUs, cores, slots
}

class Sieve {
 public:
  explicit Sieve(Implausible& found) : found_(found) {}

  template <typename Struct, typename Fields>
  void optionals_of(Struct& of, std::string_view whose, Fields each_field) {
    each_field([&](std::string_view name, auto member) {
      auto& value = of.*member;
      using Value = std::remove_reference_t<decltype(value)>;
      if constexpr (std::is_same_v<Value, Measured> || std::is_same_v<Value, MeasuredBytes> ||
                    std::is_same_v<Value, std::optional<int>>) {
        if (!value || bounds_of(name).hold(static_cast<double>(*value))) return;
        note(whose, name, static_cast<double>(*value));
        value.reset();
      }
    });
  }

  template <typename Struct, typename Fields>
  void all_of(std::vector<Struct>& all, std::string_view whose, Fields each_field) {
    for (Struct& one : all) optionals_of(one, whose, each_field);
  }

  void note(std::string_view whose, std::string_view name, double value) {
    note(whose, "'" + std::string(name) + "' cannot be " + std::to_string(value));
  }
  void note(std::string_view whose, const std::string& what) {
    if (found_.count++ == 0) found_.first = std::string(whose) + ": " + what;
  }

 private:
  Implausible& found_;
};

void sift(Sieve& sieve, DomainSample& domain) {
  sieve.optionals_of(domain, domain.name, [](auto&& v) { fields::of_domain(v); });
  sieve.all_of(domain.vcpu_samples, domain.name, [](auto&& v) { fields::of_vcpu(v); });
  sieve.all_of(domain.disks, domain.name, [](auto&& v) { fields::of_disk(v); });
  sieve.all_of(domain.interfaces, domain.name, [](auto&& v) { fields::of_interface(v); });
  sieve.all_of(domain.memory_devices, domain.name, [](auto&& v) { fields::of_memory_device(v); });
  std::erase_if(domain.memory_devices, [&](const MemoryDevice& device) {
    if (bounds_of("memory_bytes").hold(static_cast<double>(device.size_bytes))) return false;
    sieve.note(domain.name, "size_bytes", static_cast<double>(device.size_bytes));
    return true;
  });
  if (domain.policy.mode == kUnreadableMode) {
    sieve.note(domain.name, "the policy in its metadata is of the wrong types, or too long: it is left alone");
    domain.policy.mode = "observe";
  }
  const Policy before = domain.policy;
  sieve.optionals_of(domain.policy, domain.name, [](auto&& v) { fields::of_policy(v); });
  // The operator set a limit that cannot be read. The cautious reading is to leave the domain alone.
  if (domain.policy != before) domain.policy.mode = "observe";
}

void sift(Sieve& sieve, NodeSample& node) {
  sieve.optionals_of(node, node.name, [](auto&& v) { fields::of_node(v); });
  sieve.optionals_of(node.pressure, node.name, [](auto&& v) { fields::of_pressure(v); });
  sieve.all_of(node.numa_cells, node.name, [](auto&& v) { fields::of_numa_cell(v); });
  sieve.all_of(node.links, node.name, [](auto&& v) { fields::of_link(v); });
  sieve.all_of(node.filesystems, node.name, [](auto&& v) { fields::of_filesystem(v); });
  sieve.all_of(node.huge_page_pools, node.name, [](auto&& v) { fields::of_huge_page_pool(v); });
  if (node.memory_available_bytes > node.memory_bytes) {
    sieve.note(node.name, "memory_available_bytes", static_cast<double>(*node.memory_available_bytes));
    node.memory_available_bytes.reset();
  }
  std::erase_if(node.huge_page_pools, [&](const HugePagePool& pool) {
    if (Bounds{1, kMostMemory}.hold(static_cast<double>(pool.page_bytes))) return false;
    sieve.note(node.name, "page_bytes", static_cast<double>(pool.page_bytes));
    return true;
  });
}

}  // namespace

std::optional<std::string> drop_implausible(NodeSnapshot& snapshot) {
  const NodeSample& node = snapshot.node;
  if (!bounds_of("cpus").hold(node.cpus)) return "the node cannot have " + std::to_string(node.cpus) + " CPUs";
  if (!bounds_of("memory_bytes").hold(static_cast<double>(node.memory_bytes)))
    return "the node cannot have " + std::to_string(node.memory_bytes) + " bytes of memory";
  snapshot.implausible = {};
  Sieve sieve(snapshot.implausible);
  if (snapshot.elapsed_seconds && !bounds_of("elapsed_seconds").hold(*snapshot.elapsed_seconds)) {
    sieve.note(node.name, "elapsed_seconds", *snapshot.elapsed_seconds);
    snapshot.elapsed_seconds.reset();
  }
  sift(sieve, snapshot.node);
  for (DomainSample& domain : snapshot.domains) sift(sieve, domain);
  return std::nullopt;
}

}  // namespace hotspot::telemetry
