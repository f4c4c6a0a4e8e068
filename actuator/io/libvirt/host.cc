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
  return with_connection<std::int64_t>(
      node, "its memory",
      [name = node.address().name](const virt::ConnectionHandle& c) { return ask_for_memory(c.get(), name); });
}

}  // namespace hotspot::io
