// The machines of the experiment of Beloglazov and Buyya (2012), as CloudSim's examples have them: two kinds of hosts
// in turn, and four kinds of virtual machines.
#pragma once

#include <array>
#include <cstddef>

namespace hotspot::planetlab {

// Watts at 0, 10, … 100 % of the CPU (SPECpower_ssj2008), a straight line between two of them.
using PowerTable = std::array<double, 11>;

struct HostKind {
  double core_mips;
  double mips;  // of its two cores
  PowerTable watts;
};

struct VmKind {
  double mips;
  double memory_mb;
};

inline constexpr std::size_t kHosts = 800;
inline constexpr double kHostMemoryMb = 4096;
inline constexpr std::size_t kMostVmsAtStart = 10;  // each asks for 100 of the 1,000 Mbit/s of its host
inline constexpr double kMemoryMbPerSecond = 62.5;  // of a migration: half of 1 Gbit/s

// HP ProLiant ML110 G4 (Xeon 3040) and G5 (Xeon 3075).
inline constexpr std::array<HostKind, 2> kHostKinds{{
    {1860, 3720, {86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117}},
    {2660, 5320, {93.7, 97, 101, 105, 110, 116, 121, 125, 129, 133, 135}},
}};

inline constexpr std::array<VmKind, 4> kVmKinds{{{2500, 870}, {2000, 1740}, {1000, 1740}, {500, 613}}};

inline const HostKind& kind_of_host(std::size_t host) { return kHostKinds[host % kHostKinds.size()]; }

// Watts at a share of the CPU of 0 to 1; outside of it: an exception.
double watts_at(const PowerTable& table, double share);

}  // namespace hotspot::planetlab
