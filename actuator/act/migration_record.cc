#include "actuator/act/migration_record.h"

#include <cmath>
#include <cstdint>

#include "actuator/model/text.h"
#include "common/text/duration.h"

namespace hotspot::act {
namespace {

std::string rate_text(double bytes_per_second) {
  return model::bytes_text(static_cast<std::int64_t>(bytes_per_second)) + "/s";
}

Milliseconds milliseconds(double seconds) { return Milliseconds(std::llround(seconds * 1000)); }

int percent(double ratio) { return static_cast<int>(std::lround(ratio * 100)); }

}  // namespace

ports::MigrationOptions options_of(const plan::MigrationSettings& settings, const plan::MigrationMethod& method) {
  ports::MigrationOptions options;
  options.max_downtime_ms = method.downtime_limit_ms;
  options.bandwidth_bytes_per_second = settings.bandwidth_bytes_per_second;
  options.auto_converge = method.auto_converge;
  if (method.throttle) {
    options.throttle_initial_percent = percent(method.throttle->initial_ratio);
    options.throttle_increment_percent = percent(method.throttle->increment_ratio);
  }
  options.connections = method.connections;
  options.post_copy = method.post_copy;
  options.tls = settings.tls;
  options.tunnelled = settings.tunnelled;
  return options;
}

std::map<std::string, double> predicted_figures(const plan::MigrationOutlook& outlook,
                                                const plan::MigrationMethod& method,
                                                const plan::MigrationSettings& settings,
                                                const plan::Figures& expected) {
  std::map<std::string, double> figures{{"predicted_total_ms", std::round(method.estimate.total_seconds * 1000)},
                                        {"predicted_downtime_ms", std::round(method.estimate.downtime_seconds * 1000)},
                                        {"predicted_rounds", method.estimate.rounds},
                                        {"downtime_limit_ms", method.downtime_limit_ms},
                                        {"max_downtime_ms", settings.max_downtime_ms},
                                        {"predicted_throttle_percent", percent(method.estimate.throttle_ratio)},
                                        {"predicted_memory_bytes", static_cast<double>(outlook.memory.bytes)},
                                        {"predicted_bandwidth_bytes_per_second", std::round(outlook.bytes_per_second)},
                                        {"predicted_overhead_ms", std::round(outlook.overhead_seconds * 1000)}};
  if (outlook.memory.dirty_bytes_per_second)
    figures["predicted_dirty_bytes_per_second"] = std::round(*outlook.memory.dirty_bytes_per_second);
  if (outlook.memory.writable_bytes) figures["predicted_writable_bytes"] = std::round(*outlook.memory.writable_bytes);
  if (outlook.storage.bytes > 0) {
    figures["predicted_storage_ms"] = std::round(method.storage_seconds * 1000);
    figures["predicted_storage_bytes"] = outlook.storage.bytes;
    figures["predicted_storage_bandwidth_bytes_per_second"] = std::round(outlook.storage.bytes_per_second);
    figures["predicted_storage_written_bytes_per_second"] = std::round(outlook.storage.written_bytes_per_second);
  }
  if (const auto sampled = expected.find(plan::kExpectedDirtySampled); sampled != expected.end())
    figures[plan::kExpectedDirtySampled] = sampled->second;
  return figures;
}

std::string prediction_sentence(const plan::MigrationOutlook& outlook, const plan::MigrationMethod& method,
                                const std::string& dirty_rate_source) {
  std::string text = method.name() + ": " + model::bytes_text(outlook.memory.bytes) + " over " +
                     rate_text(outlook.bytes_per_second) + ", dirty rate ";
  if (outlook.memory.dirty_bytes_per_second) text += rate_text(*outlook.memory.dirty_bytes_per_second) + " (";
  text += dirty_rate_source + (outlook.memory.dirty_bytes_per_second ? ")" : "");
  if (outlook.memory.writable_bytes)
    text += " within " + model::bytes_text(static_cast<std::int64_t>(*outlook.memory.writable_bytes));
  if (outlook.storage.bytes > 0)
    text += "; before that " + model::bytes_text(static_cast<std::int64_t>(outlook.storage.bytes)) + " of disks over " +
            rate_text(outlook.storage.bytes_per_second) + " in " +
            text::duration_text(milliseconds(method.storage_seconds));
  if (method.stop_bytes_per_second > 0)
    text += "; the rest goes at " + rate_text(method.stop_bytes_per_second) +
            " while the guest stands still, when no limit holds: up to " +
            model::bytes_text(static_cast<std::int64_t>(outlook.bytes_per_second * method.downtime_limit_ms / 1000)) +
            " may be left for it";
  return text + "; " + text::duration_text(milliseconds(method.estimate.total_seconds)) + " and " +
         text::duration_text(milliseconds(method.estimate.downtime_seconds)) + " of downtime are expected";
}

std::string stall_sentence(Milliseconds limit, std::int64_t least_remaining_bytes) {
  std::string text = "no progress for " + text::duration_text(limit);
  if (least_remaining_bytes != INT64_MAX)
    text += ", at best " + model::bytes_text(least_remaining_bytes) + " were left to copy";
  return text;
}

std::map<std::string, double> figures_of(const ports::MigrationProgress& progress) {
  std::map<std::string, double> figures{{"elapsed_ms", static_cast<double>(progress.elapsed_ms)}};
  const auto add = [&](const char* name, const std::optional<std::int64_t>& value) {
    if (value) figures[name] = static_cast<double>(*value);
  };
  add("memory_total_bytes", progress.memory_total_bytes);
  add("memory_processed_bytes", progress.memory_processed_bytes);
  add("memory_remaining_bytes", progress.memory_remaining_bytes);
  add("memory_normal_bytes", progress.memory_normal_bytes);
  add("memory_constant_pages", progress.memory_constant_pages);
  add("bandwidth_bytes_per_second", progress.bandwidth_bytes_per_second);
  add("dirty_bytes_per_second", progress.dirty_bytes_per_second);
  add("iteration", progress.iteration);
  add("downtime_ms", progress.downtime_ms);
  add("expected_downtime_ms", progress.expected_downtime_ms);
  add("setup_ms", progress.setup_ms);
  add("throttle_percent", progress.throttle_percent);
  add("post_copy_requests", progress.post_copy_requests);
  add("disk_total_bytes", progress.disk_total_bytes);
  add("disk_processed_bytes", progress.disk_processed_bytes);
  add("disk_remaining_bytes", progress.disk_remaining_bytes);
  add("disk_bytes_per_second", progress.disk_bytes_per_second);
  add("storage_ms", progress.storage_ms);
  add("stop_and_copy_bytes", progress.stop_and_copy_bytes);
  if (progress.post_copy) figures["post_copy"] = 1;
  const ports::MigrationPhases& phases = progress.phases;
  add("initialization_ms", phases.initialization_ms);
  add("reservation_ms", phases.reservation_ms);
  add("precopy_ms", phases.precopy_ms);
  add("stop_and_copy_ms", phases.stop_and_copy_ms);
  add("commitment_ms", phases.commitment_ms);
  add("activation_ms", phases.activation_ms);
  add("first_round_ms", phases.first_round_ms);
  add("last_round_ms", phases.last_round_ms);
  add("rounds", phases.rounds);
  return figures;
}

std::map<std::string, double> refusal_figures(const ports::CallError& error, Sent sent) {
  if (error.fault != ports::CallFault::kRefused) return {};
  std::map<std::string, double> figures;
  if (sent == Sent::kSome) figures[kCopied] = 1;
  switch (error.blame) {
    case ports::Blame::kDomain:
      figures[kRefusedForDomain] = 1;
      break;
    case ports::Blame::kPassing:
      figures[kRefusedForNow] = 1;
      break;
    case ports::Blame::kTarget:
    case ports::Blame::kNotSaid:
      figures[kRefusedByTarget] = 1;
      break;
  }
  return figures;
}

}  // namespace hotspot::act
