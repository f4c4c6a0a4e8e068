#include "actuator/loop/intake.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hotspot::loop {
namespace {

constexpr Milliseconds kUsualInterval{1000};  // of collectors, unless they were told another

}  // namespace

bool Intake::take(ports::Arrival arrival, const std::string& cluster) {
  const std::string node = arrival.snapshot.node.name;
  if (arrival.snapshot.cluster != cluster) {
    refuse("other_cluster", node + " says that it belongs to the cluster '" + arrival.snapshot.cluster + "'",
           arrival.received_at, "");
    return false;
  }
  const WallTime received_at = arrival.received_at;
  if (!makes_sense(arrival.snapshot, received_at)) return false;
  note_implausible(arrival.snapshot, received_at);
  const model::Ingest outcome = cluster_.apply(std::move(arrival.snapshot), received_at, freshness_);
  ++counts_[model::to_string(outcome)];
  if (outcome == model::Ingest::kFuture) {
    refuse("future", "the clock of " + node + " is ahead of ours by more than the skew that is allowed", received_at,
           "");
  }
  return outcome == model::Ingest::kTaken;
}

// What a snapshot says of time, and that it is not one node too many.
bool Intake::makes_sense(const telemetry::NodeSnapshot& snapshot, WallTime received_at) {
  const std::string& node = snapshot.node.name;
  if (cluster_.nodes().size() >= most_nodes_ && cluster_.find_node(snapshot.node.uuid) == nullptr) {
    refuse("too_many_nodes",
           node + " would be one node more than the " + std::to_string(most_nodes_) +
               " that are taken (limits.nodes in hotspotd.yaml)",
           received_at, "");
    return false;
  }
  const model::Ingest outcome = cluster_.judge(snapshot, received_at, freshness_);
  if (outcome == model::Ingest::kTaken) return true;
  ++counts_[model::to_string(outcome)];
  std::string why = node + " sends more often than its own interval allows";
  if (outcome == model::Ingest::kInterval)
    why = node + " says that it sends every " + std::to_string(std::llround(snapshot.interval_seconds)) +
          " s; longer than freshness.max_interval in hotspotd.yaml";
  if (outcome == model::Ingest::kOld) why = "a snapshot of " + node + " was taken more than a day before it came";
  refuse(model::to_string(outcome), why, received_at, "");
  return false;
}

// The values are gone; that they came is told and counted.
void Intake::note_implausible(const telemetry::NodeSnapshot& snapshot, WallTime at) {
  if (snapshot.implausible.count == 0) return;
  counts_["implausible_values"] += snapshot.implausible.count;
  refuse("implausible", snapshot.node.name + ", " + snapshot.implausible.first + "; it counts as not measured", at, "");
}

void Intake::take(const ports::BadSnapshot& bad) {
  refuse(telemetry::to_string(bad.error.fault), bad.error.message, bad.received_at, bad.stream_id);
}

void Intake::refuse(const std::string& fault, const std::string& message, WallTime at, const std::string& stream_id) {
  BadSnapshots& entry = bad_[fault];
  ++entry.count;
  entry.last_message = message;
  entry.last_stream_id = stream_id;
  entry.last_at = at;
}

void Intake::forget_silent(WallTime now) {
  std::vector<std::string> silent;
  for (const auto& [uuid, node] : cluster_.nodes()) {
    if (model::age(node, now) > std::chrono::hours(24)) silent.push_back(uuid);
  }
  for (const std::string& uuid : silent) cluster_.forget_node(uuid);
}

std::size_t Intake::stale_nodes(WallTime now) const {
  const auto& nodes = cluster_.nodes();
  return static_cast<std::size_t>(std::count_if(
      nodes.begin(), nodes.end(), [&](const auto& entry) { return model::is_stale(entry.second, now, freshness_); }));
}

Milliseconds Intake::usual_interval() const {
  std::vector<Milliseconds> intervals;
  for (const auto& [uuid, node] : cluster_.nodes()) intervals.push_back(node.cadence.interval());
  if (intervals.empty()) return kUsualInterval;
  const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
  std::nth_element(intervals.begin(), middle, intervals.end());
  return *middle;
}

}  // namespace hotspot::loop
