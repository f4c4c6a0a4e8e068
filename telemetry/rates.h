// Rates from counters: over the elapsed time that was measured, and only where there is something to divide.
#pragma once

#include <cstdint>
#include <optional>

namespace hotspot::telemetry {

// (now − before) ÷ elapsed_seconds. Empty at the first sample, when either reading is missing, when no time passed, and
// when the counter went backwards (a restart or a migration: the difference would be a lie).
std::optional<double> rate_per_second(std::optional<std::uint64_t> before, std::optional<std::uint64_t> now,
                                      std::optional<double> elapsed_seconds);

// The share of elapsed time that a counter of nanoseconds advanced, spread over `parallel` units (vCPUs, CPUs).
// Empty where rate_per_second is, and where parallel < 1. Not cut off at 1: see who uses it.
std::optional<double> busy_ratio(std::optional<std::uint64_t> before_ns, std::optional<std::uint64_t> now_ns,
                                 std::optional<double> elapsed_seconds, int parallel);

}  // namespace hotspot::telemetry
