// Takes memory from a guest in small steps, and detects when it suffers.
//
// PURE. Judged by what the guest and its QEMU report in snapshots after the first step: pages read back from swap,
// faults that need the disk, and how full the guest is by its own report. What was the same before does not count
// against the step, and neither does a value that is not measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "actuator/model/action.h"
#include "actuator/ports/hypervisor.h"
#include "telemetry/snapshot.h"

namespace hotspot::act {

struct ShrinkOptions {
  std::int64_t step_bytes = 128 * kMebibyte;            // taken at once, at most
  Milliseconds step_pause{std::chrono::seconds(5)};     // watched between two steps
  Milliseconds watch{std::chrono::seconds(60)};         // watched after the last one, before it counts as done
  Milliseconds silence{std::chrono::seconds(30)};       // without a fresh snapshot for this long, nothing more is taken
  double swap_in_bytes_per_second = 256.0 * kKibibyte;  // any of these three: the guest suffers
  double major_faults_per_second = 100;
  double memory_used_ratio = 0.90;  // by its own account
};

// Does the action take memory away?
bool is_shrink(const model::Action& action);

// Where the balloon goes next on its way from `now_bytes` down to `to_bytes`.
std::int64_t next_balloon(std::int64_t now_bytes, std::int64_t to_bytes, const ShrinkOptions& options);

class ShrinkGuard {
 public:
  explicit ShrinkGuard(ShrinkOptions options) : options_(options) {}

  // Adds a sample. Returns a sentence if the guest has suffered since `begun_at`, the time of the first step.
  std::optional<std::string> look(const telemetry::DomainSample& sample, WallTime taken_at, WallTime begun_at);
  // Returns a sentence if the guest would lack this much memory; otherwise nothing.
  static std::optional<std::string> needs(const telemetry::DomainSample& sample, std::int64_t less_bytes);
  // The same of what libvirt tells just now. A guest that tells nothing to libvirt is left to the snapshots.
  static std::optional<std::string> needs(const std::string& domain_name, const ports::DomainFacts& facts,
                                          std::int64_t less_bytes);

 private:
  ShrinkOptions options_;
  double swap_in_before_ = 0, major_faults_before_ = 0;
};

}  // namespace hotspot::act
