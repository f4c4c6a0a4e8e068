#include "actuator/loop/published_numbers.h"

#include <algorithm>

#include "actuator/loop/store_fill.h"

namespace hotspot::loop {
namespace {

// The oldest of the newest snapshots of the fresh nodes.
double snapshot_lag_seconds(const Status& status) {
  double most = 0;
  for (const auto& [uuid, node] : status.intake->cluster().nodes()) {
    if (model::is_stale(node, status.at, status.intake->freshness())) continue;
    most = std::max(most, to_seconds(model::age(node, status.at)));
  }
  return most;
}

double nanoseconds_in_seconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

// A percentage of more than 100 has no room in collectd's types.
void add_memory(const ports::StoreMemory& memory, std::map<std::string, double>& numbers) {
  numbers["redis_memory"] = static_cast<double>(memory.used_bytes);
  if (!memory.limit_bytes) return;
  numbers["redis_memory_limit"] = static_cast<double>(*memory.limit_bytes);
  numbers["redis_memory_used"] = std::min(100.0, 100 * fill_ratio(memory).value_or(0));
}

}  // namespace

std::map<std::string, double> published_numbers(const Status& status, const Meters& meters) {
  const auto number = [](auto count) { return static_cast<double>(count); };
  const std::size_t nodes = status.intake->cluster().nodes().size(), stale = status.intake->stale_nodes(status.at);
  const auto& counts = status.intake->counts();
  const auto taken = counts.find(model::to_string(model::Ingest::kTaken));
  std::uint64_t refused = 0;
  for (const auto& [fault, bad] : status.intake->bad()) refused += bad.count;
  const auto cooling = std::count_if(status.cooldowns->begin(), status.cooldowns->end(),
                                     [&](const auto& entry) { return entry.second.until > status.at; });
  std::map<std::string, double> numbers{{"actions_in_flight", number(status.in_flight.size())},
                                        {"cooldowns", number(cooling)},
                                        {"domains_on_two_nodes", number(status.two_nodes.size())},
                                        {"evaluation", nanoseconds_in_seconds(meters.last_evaluation)},
                                        {"evaluations", number(meters.evaluations)},
                                        {"firing", number(status.firing_count)},
                                        {"mode", number(static_cast<int>(status.mode))},
                                        {"nodes_fresh", number(nodes - stale)},
                                        {"nodes_stale", number(stale)},
                                        {"nodes_waiting", number(status.waiting_nodes)},
                                        {"pending", number(status.pending_count)},
                                        {"plans", number(status.plans)},
                                        {"rule_reloads_refused", number(meters.rule_reloads_refused)},
                                        {"rules", number(status.rules.rules)},
                                        {"rules_aside", number(status.aside.size())},
                                        {"rules_refused", status.rules.last_reload_ok ? 0.0 : 1.0},
                                        {"shrinks_failed", number(meters.shrinks_failed)},
                                        {"snapshot_lag", snapshot_lag_seconds(status)},
                                        {"snapshots_refused", number(refused)},
                                        {"snapshots_taken", taken == counts.end() ? 0.0 : number(taken->second)},
                                        {"ticks", number(status.ticks)}};
  if (status.memory) add_memory(*status.memory, numbers);
  return numbers;
}

}  // namespace hotspot::loop
