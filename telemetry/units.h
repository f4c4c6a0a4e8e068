// The units that are used across parts.
//
// Elsewhere the name gives the unit: _bytes, _ratio (0 to 1, never per cent), _seconds, _ms, _ns, _per_second. Pure
// parts take time as an argument; nothing in this folder reads a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace hotspot {

using Milliseconds = std::chrono::milliseconds;

// Wall time, for what is stored or compared across machines. Inside a process, elapsed time is steady time.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Milliseconds>;

constexpr std::int64_t kKibibyte = 1024;
constexpr std::int64_t kMebibyte = 1024 * kKibibyte;
constexpr std::int64_t kGibibyte = 1024 * kMebibyte;

constexpr std::int64_t to_unix_ms(WallTime time) { return time.time_since_epoch().count(); }
constexpr WallTime from_unix_ms(std::int64_t ms) { return WallTime(Milliseconds(ms)); }
constexpr double to_seconds(Milliseconds duration) { return static_cast<double>(duration.count()) / 1000.0; }
constexpr double to_unix_seconds(WallTime time) { return static_cast<double>(to_unix_ms(time)) / 1000.0; }

}  // namespace hotspot
