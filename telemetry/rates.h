// Rates from counters, over the measured elapsed time.
#pragma once

#include <cstdint>
#include <optional>

namespace hotspot::telemetry {

// (now − before) ÷ elapsed_seconds. Empty at the first sample, if either reading is missing, if no time has passed, and
// if the counter went backwards (after a restart or a migration, the difference means nothing).
std::optional<double> rate_per_second(std::optional<std::uint64_t> before, std::optional<std::uint64_t> now,
                                      std::optional<double> elapsed_seconds);

// The share of the elapsed time by which a counter of nanoseconds advanced, spread over `parallel` units (vCPUs, CPUs).
// Empty when rate_per_second is, and when parallel < 1. Not cut off at 1; that is up to the caller.
std::optional<double> busy_ratio(std::optional<std::uint64_t> before_ns, std::optional<std::uint64_t> now_ns,
                                 std::optional<double> elapsed_seconds, int parallel);

}  // namespace hotspot::telemetry
