// Quantities of the board: whole numbers, so that taking a move back restores every sum exactly, in whatever order the
// sum was made.
//
// PURE.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace hotspot::plan {

// CPU in millionths of a core, memory in bytes, network and disk in bytes per second.
enum class BoardResource : std::uint8_t { kCpu, kMemory, kNetwork, kDisk };
inline constexpr std::size_t kBoardResources = 4;
const char* to_string(BoardResource resource);  // "CPU", "memory", "network", "disk"

using Amount = std::int64_t;
using Amounts = std::array<Amount, kBoardResources>;
inline constexpr Amount kMicrocores = 1'000'000;  // in a core
inline constexpr Amount kUnlimited = std::numeric_limits<Amount>::max() / 4;
inline constexpr Amounts kNoLimits{kUnlimited, kUnlimited, kUnlimited, kUnlimited};

inline Amount& of(Amounts& amounts, BoardResource resource) { return amounts[static_cast<std::size_t>(resource)]; }
inline Amount of(const Amounts& amounts, BoardResource resource) { return amounts[static_cast<std::size_t>(resource)]; }

using NodeIndex = std::uint32_t;
using DomainIndex = std::uint32_t;
using GroupIndex = std::uint32_t;
using ClassIndex = std::uint32_t;
inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

}  // namespace hotspot::plan
