// A day of CloudSim tick by tick, to find the first tick at which the model differs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/planetlab/experiment.h"

namespace hotspot::planetlab {

// Reads `tick,time,overutilized,migrations,active_hosts_before,vms_alive,cum_energy_kWh,total_requested_mips`; lines
// that begin with # and the heading are skipped. Errors: std::runtime_error.
std::vector<Tick> read_checkpoints(const std::filesystem::path& file);

// The first tick at which a count differs, or energy or demand by more than a thousandth; nothing if all are the same.
std::optional<int> first_difference(const std::vector<Tick>& ours, const std::vector<Tick>& theirs);

}  // namespace hotspot::planetlab
