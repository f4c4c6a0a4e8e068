#include "telemetry/rates.h"

namespace hotspot::telemetry {

std::optional<double> rate_per_second(std::optional<std::uint64_t> before, std::optional<std::uint64_t> now,
                                      std::optional<double> elapsed_seconds) {
  if (!before || !now || !elapsed_seconds || !(*elapsed_seconds > 0)) return std::nullopt;
  // A counter that went backwards was restarted: the difference means nothing.
  if (*now < *before) return std::nullopt;
  return static_cast<double>(*now - *before) / *elapsed_seconds;
}

std::optional<double> busy_ratio(std::optional<std::uint64_t> before_ns, std::optional<std::uint64_t> now_ns,
                                 std::optional<double> elapsed_seconds, int parallel) {
  if (parallel < 1) return std::nullopt;
  const std::optional<double> ns_per_second = rate_per_second(before_ns, now_ns, elapsed_seconds);
  if (!ns_per_second) return std::nullopt;
  return *ns_per_second / 1e9 / parallel;
}

}  // namespace hotspot::telemetry
