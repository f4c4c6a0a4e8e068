#include "actuator/plan/fit.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include "actuator/model/text.h"
#include "actuator/plan/migration_target.h"
#include "actuator/plan/placement.h"
#include "actuator/plan/target_room.h"
#include "telemetry/storage_places.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::Refusal;
using model::RefusalKind;

// A domain of that size, as a snapshot would show it.
model::DomainSample machine_of(const MachineSize& size) {
  model::DomainSample machine;
  machine.name = "the machine";
  machine.state = telemetry::DomainState::kRunning;
  machine.vcpus = machine.vcpus_max = size.vcpus;
  machine.cpu_ratio = size.busy_ratio;
  machine.memory_balloon_bytes = machine.memory_balloon_max_bytes = size.memory_bytes;
  return machine;
}

Node no_node() {
  Node node;
  node.snapshot = std::make_shared<const model::NodeSnapshot>();
  return node;
}

struct DiskRoom {
  std::optional<std::int64_t> most_bytes;  // of the roomiest file system that was measured
  std::string path;
  bool all_measured = false;
};

DiskRoom disk_room(const model::NodeSample& node) {
  DiskRoom room;
  room.all_measured = !node.filesystems.empty();
  for (const telemetry::Filesystem& one : node.filesystems) {
    if (!one.free_bytes) {
      room.all_measured = false;
      continue;
    }
    const std::int64_t bytes = telemetry::room_for_copies(*one.free_bytes);
    if (room.most_bytes && bytes <= *room.most_bytes) continue;
    room.most_bytes = bytes;
    room.path = one.path;
  }
  return room;
}

// Where it would lie is not known: it is refused only if it fits on no file system, and each was measured.
std::optional<Refusal> no_disk_room(const Node& node, const MachineSize& size) {
  if (!size.disk_bytes) return std::nullopt;
  const DiskRoom room = disk_room(node.snapshot->node);
  if (!room.all_measured || *size.disk_bytes <= *room.most_bytes) return std::nullopt;
  return Refusal{RefusalKind::kTargetCannot, node.name() + " has room for " + model::bytes_text(*room.most_bytes) +
                                                 " of disk at most, on " + room.path + ", of the " +
                                                 model::bytes_text(*size.disk_bytes) + " that were asked"};
}

std::optional<double> ops_of(const model::NodeSnapshot& snapshot) {
  std::optional<double> sum;
  for (const model::DomainSample& domain : snapshot.domains)
    for (const telemetry::DiskSample& disk : domain.disks)
      for (const telemetry::Measured& one : {disk.read_ops_per_second, disk.write_ops_per_second})
        if (one) sum = sum.value_or(0) + *one;
  return sum;
}

class FitSearch {
 public:
  FitSearch(const Planning& planning, const MachineSize& size)
      : planning_(planning), size_(size), machine_(machine_of(size)), nowhere_(no_node()) {}

  FitAnswer answer() {
    for (const auto& [uuid, node] : planning_.input().cluster.nodes()) look_at(node);
    std::sort(found_.begin(), found_.end(), [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
    for (Ranked& one : found_) answer_.places.push_back(std::move(one.place));
    std::sort(answer_.elsewhere.begin(), answer_.elsewhere.end(), [](const auto& a, const auto& b) {
      return std::tie(a.node, a.node_uuid) < std::tie(b.node, b.node_uuid);
    });
    return std::move(answer_);
  }

 private:
  // As find_targets() ranks a target; a node whose disks are not known comes after those that have room.
  using Rank = std::tuple<bool, bool, int, double, std::int64_t, std::string_view>;
  struct Ranked {
    Rank rank;
    FitPlace place;
  };

  void look_at(const Node& node) {
    const AsIfAlike alike({&nowhere_, &machine_}, node);
    const DomainRef machine = alike.ref();
    const Trip trip{machine, node};
    std::vector<Refusal> refusals = move_refusals(planning_, trip);
    for (Refusal& one : relief_refusals(planning_, nullptr, trip)) refusals.push_back(std::move(one));
    if (auto refusal = no_disk_room(node, size_)) refusals.push_back(*std::move(refusal));
    if (!refusals.empty()) return answer_.elsewhere.push_back({node.name(), node.uuid(), std::move(refusals)});
    FitPlace place = place_on(machine, node);
    const bool last = comes_last(planning_, machine, node).has_value();
    const bool disk_known = place.unknown.empty() || place.unknown.front() != "disk";
    const Rank rank{last,
                    !disk_known,
                    promised_rank(place.after.promised_ratio),
                    place.after.cpu_ratio.value_or(1),
                    -place.before.memory_available_bytes.value_or(0),
                    node.uuid()};
    found_.push_back({rank, std::move(place)});
  }

  FitPlace place_on(const DomainRef& machine, const Node& node) const {
    const DiskRoom disk = disk_room(node.snapshot->node);
    FitPlace place;
    place.node = node.name();
    place.node_uuid = node.uuid();
    place.memory_bytes = node.snapshot->node.memory_bytes;
    place.before = room_in(planning_.projection().node(node));
    place.after = room_in(planning_.projection().after_arrival(machine, node));
    place.after.promised_ratio = promised_ratio(planning_, machine, node);
    place.before.promised_ratio = promised_ratio(planning_, {machine.node, &nothing_}, node);
    place.disk_room_bytes = disk.most_bytes;
    place.disk_path = disk.path;
    place.iops = ops_of(*node.snapshot);
    if (size_.disk_bytes && (!disk.most_bytes || *size_.disk_bytes > *disk.most_bytes))
      place.unknown.emplace_back("disk");
    if (size_.iops) place.unknown.emplace_back("iops");
    if (auto last = comes_last(planning_, machine, node)) place.notes.push_back(std::move(last->message));
    if (auto delay = planning_.target_limit_refusal(node)) place.notes.push_back(std::move(delay->message));
    if (auto delay = planning_.settling_refusal(node)) place.notes.push_back(std::move(delay->message));
    return place;
  }

  static Room room_in(const model::NodeProjection& node) {
    return {.cpu_ratio = node.cpu_ratio(), .memory_available_bytes = node.memory_available_bytes, .promised_ratio = 0};
  }

  const Planning& planning_;
  const MachineSize& size_;
  model::DomainSample machine_, nothing_;
  Node nowhere_;
  std::vector<Ranked> found_;
  FitAnswer answer_;
};

}  // namespace

FitAnswer find_fit(const PlanInput& input, const MachineSize& size) {
  const Planning planning(input);
  return find_fit(planning, size);
}

FitAnswer find_fit(const Planning& planning, const MachineSize& size) { return FitSearch(planning, size).answer(); }

void assume_machine(Planning& planning, const MachineSize& size, const Node& node) {
  const model::DomainSample machine = machine_of(size);
  const Node nowhere = no_node();
  planning.change_projection().assume_arrival({&nowhere, &machine}, node);
}

}  // namespace hotspot::plan
