#include "actuator/ctl/migration_report.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include "actuator/model/text.h"
#include "common/text/duration.h"

namespace hotspot::ctl {
namespace {

using Figures = std::map<std::string, double>;

enum class Unit { kMilliseconds, kBytes, kBytesPerSecond, kCount, kPercent };

struct Row {
  const char* name;
  const char* predicted;
  const char* measured;
  Unit unit;
};

// The phases add up to the total. A row without a prediction shows a dash.
constexpr std::array<Row, 19> kRows{
    {{"total", "predicted_total_ms", "total_ms", Unit::kMilliseconds},
     {"  initialization", "", "initialization_ms", Unit::kMilliseconds},
     {"  reservation", "", "reservation_ms", Unit::kMilliseconds},
     {"  (its disks)", "predicted_storage_ms", "storage_ms", Unit::kMilliseconds},
     {"  pre-copy", "", "precopy_ms", Unit::kMilliseconds},
     {"  stop-and-copy", "", "stop_and_copy_ms", Unit::kMilliseconds},
     {"  commitment", "", "commitment_ms", Unit::kMilliseconds},
     {"  activation", "", "activation_ms", Unit::kMilliseconds},
     {"all but copying", "predicted_overhead_ms", "overhead_ms", Unit::kMilliseconds},
     {"downtime", "predicted_downtime_ms", "downtime_ms", Unit::kMilliseconds},
     {"downtime expected", "", "expected_downtime_ms", Unit::kMilliseconds},
     {"rounds", "predicted_rounds", "rounds", Unit::kCount},
     {"sent first", "predicted_memory_bytes", "first_round_bytes", Unit::kBytes},
     {"sent", "", "memory_processed_bytes", Unit::kBytes},
     {"  at the stop", "", "stop_and_copy_bytes", Unit::kBytes},
     {"disks", "predicted_storage_bytes", "disk_total_bytes", Unit::kBytes},
     {"bandwidth", "predicted_bandwidth_bytes_per_second", "copied_bytes_per_second", Unit::kBytesPerSecond},
     {"dirty rate", "predicted_dirty_bytes_per_second", "written_bytes_per_second", Unit::kBytesPerSecond},
     {"throttle", "predicted_throttle_percent", "throttle_percent", Unit::kPercent}}};

std::optional<double> find(const Figures& figures, const char* name) {
  const auto found = figures.find(name);
  return found == figures.end() ? std::nullopt : std::optional(found->second);
}

std::string cell(const std::optional<double>& value, Unit unit) {
  if (!value) return "-";
  const auto whole = static_cast<std::int64_t>(std::llround(*value));
  switch (unit) {
    case Unit::kMilliseconds:
      return text::duration_text(Milliseconds(whole));
    case Unit::kBytes:
      return model::bytes_text(whole);
    case Unit::kBytesPerSecond:
      return model::bytes_text(whole) + "/s";
    case Unit::kPercent:
      return std::to_string(whole) + " %";
    case Unit::kCount:
      break;
  }
  return std::to_string(whole);
}

// Computes what follows from the phases.
void derive(Figures& figures) {
  const auto precopy = find(figures, "precopy_ms"), stop = find(figures, "stop_and_copy_ms"),
             sent = find(figures, "memory_processed_bytes"), first = find(figures, "first_round_ms"),
             last = find(figures, "last_round_ms"), total = find(figures, "total_ms");
  if (!precopy || !stop || *precopy + *stop <= 0) return;
  const double disks = find(figures, "storage_ms").value_or(0);
  if (total) figures["overhead_ms"] = *total - *precopy - *stop - disks;
  if (!sent) return;
  const double rate = *sent / (*precopy + *stop) * 1000;
  figures["copied_bytes_per_second"] = rate;
  if (!first) return;
  figures["first_round_bytes"] = rate * *first / 1000;
  if (last && *precopy > *last) figures["written_bytes_per_second"] = rate * (*precopy - *first) / (*precopy - *last);
}

}  // namespace

std::vector<std::vector<std::string>> migration_report(const Figures& told) {
  Figures figures = told;
  derive(figures);
  if (figures.contains("downtime_ms")) figures.erase("expected_downtime_ms");  // QEMU's estimate during the migration
  std::vector<std::vector<std::string>> rows;
  if (!figures.contains("predicted_total_ms")) return rows;
  for (const Row& row : kRows) {
    const auto predicted = find(figures, row.predicted), measured = find(figures, row.measured);
    if (predicted || measured) rows.push_back({row.name, cell(predicted, row.unit), cell(measured, row.unit)});
  }
  return rows;
}

}  // namespace hotspot::ctl
