#include "actuator/io/libvirt/host.h"

#include <array>
#include <string_view>
#include <vector>

#include "actuator/io/libvirt/errors.h"

namespace hotspot::io {
namespace {

using ports::CallError;
using Bytes = Result<std::int64_t, CallError>;

Bytes ask_for_memory(virConnectPtr connection, const std::string& name) {
  int count = 0;
  if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, nullptr, &count, 0) != 0)
    return last_error(connection, name + ": memory");
  std::vector<virNodeMemoryStats> stats(static_cast<std::size_t>(count));
  if (virNodeGetMemoryStats(connection, VIR_NODE_MEMORY_STATS_ALL_CELLS, stats.data(), &count, 0) != 0)
    return last_error(connection, name + ": memory");
  constexpr std::array<std::string_view, 3> kCounted{VIR_NODE_MEMORY_STATS_FREE, VIR_NODE_MEMORY_STATS_BUFFERS,
                                                     VIR_NODE_MEMORY_STATS_CACHED};
  std::int64_t kibibytes = 0;
  for (const virNodeMemoryStats& one : stats) {
    for (const std::string_view counted : kCounted) {
      if (counted == one.field) kibibytes += static_cast<std::int64_t>(one.value);
    }
  }
  return kibibytes * kKibibyte;
}

}  // namespace

Bytes available_memory(LibvirtNode& node) {
  const auto begin = std::chrono::steady_clock::now();
  const Milliseconds limit = node.options().call_limit;
  auto connection = node.connection(limit);
  if (!connection) return connection.error();
  const auto spent = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
  auto result = node.calls().run<Bytes>(limit - spent,
                                        [connection = std::move(*connection), name = node.address().name]() -> Bytes {
                                          return ask_for_memory(connection.get(), name);
                                        });
  if (result) return std::move(*result);
  return node.unreachable("libvirtd did not answer within " + std::to_string(limit.count() / 1000) +
                          " s about its memory");
}

}  // namespace hotspot::io
