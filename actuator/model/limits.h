// Limits on what a domain may read, write, receive and send.
//
// PURE. An empty value means no limit. See libvirt's "Block I/O tuning" and "Quality of service".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hotspot::model {

// Limits of one disk. A total excludes read and write limits of the same kind.
struct DiskLimit {
  std::optional<std::int64_t> total_bytes_per_second, read_bytes_per_second, write_bytes_per_second;
  std::optional<std::int64_t> total_ops_per_second, read_ops_per_second, write_ops_per_second;
  bool operator==(const DiskLimit&) const = default;
};
// "50 MiB/s read, 200 write operations/s", "none"
std::string limit_text(const DiskLimit& limit);

// One direction of an interface, as the guest sees it. A burst is sent at the peak rate, or at link speed if none is
// set.
struct Flow {
  std::int64_t average_bytes_per_second = 0;
  std::optional<std::int64_t> peak_bytes_per_second, burst_bytes;
  bool operator==(const Flow&) const = default;
};
struct NetworkLimit {
  std::optional<Flow> receive, transmit;
  bool operator==(const NetworkLimit&) const = default;
};
std::string limit_text(const NetworkLimit& limit);

}  // namespace hotspot::model
