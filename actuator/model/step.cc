#include "actuator/model/step.h"

#include "actuator/model/text.h"

namespace hotspot::model {
namespace {

template <std::size_t Index = 0>
std::optional<Step> step_named_from(std::string_view name) {
  if constexpr (Index < std::variant_size_v<Step>) {
    if (name == std::variant_alternative_t<Index, Step>::kName) return Step(std::in_place_index<Index>);
    return step_named_from<Index + 1>(name);
  } else {
    return std::nullopt;
  }
}

}  // namespace

std::string SetVcpus::describe() const { return "vCPUs " + std::to_string(from) + " → " + std::to_string(to); }

std::string SetBalloon::describe() const { return "balloon " + bytes_text(from_bytes) + " → " + bytes_text(to_bytes); }

std::string MigrateTo::describe() const {
  std::string disks;
  for (const std::string& disk : copied_disks) disks += (disks.empty() ? " with " : ", ") + disk;
  return "migrate to " + target_name + disks;
}

std::string SetCpuCap::describe() const {
  return to_percent == 0 ? "CPU cap → none" : "CPU cap → " + std::to_string(to_percent) + " % of a CPU";
}

std::string SetCpuShares::describe() const { return "CPU shares → " + std::to_string(to); }

std::string SetDiskLimit::describe() const {
  return "limit of " + (device.empty() ? "all disks" : "disk " + device) + " → " + limit_text(to);
}

std::string SetNetworkLimit::describe() const {
  return "limit of " + (device.empty() ? "all interfaces" : "interface " + device) + " → " + limit_text(to);
}

std::string SetVirtioMem::describe() const {
  return device + " " + bytes_text(from_bytes) + " → " + bytes_text(to_bytes);
}

std::string PlugDimm::describe() const {
  return "DIMM of " + bytes_text(to_bytes - from_bytes) + " plugged in (" + bytes_text(from_bytes) + " → " +
         bytes_text(to_bytes) + ")";
}

const char* step_name(const Step& step) {
  return std::visit([](const auto& kind) { return kind.kName; }, step);
}

std::optional<Step> step_named(std::string_view name) { return step_named_from(name); }

Changes changes(const Step& step) {
  return std::visit([](const auto& kind) { return kind.kChanges; }, step);
}

bool is_tuning(const Step& step) { return changes(step) == Changes::kTuning; }

Direction direction(const Step& step) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.direction(); })
          return kind.direction();
        else
          return Direction::kNone;
      },
      step);
}

StepEnds ends(const Step& step) {
  return std::visit([](const auto& kind) { return kind.ends(); }, step);
}

std::string describe(const Step& step) {
  return std::visit([](const auto& kind) { return kind.describe(); }, step);
}

bool is_persistent(const Step& step) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.persistent; })
          return kind.persistent;
        else
          return false;
      },
      step);
}

std::optional<MemoryChange> memory_change(const Step& step) {
  return std::visit(
      [](const auto& kind) -> std::optional<MemoryChange> {
        if constexpr (requires { kind.from_bytes; })
          return MemoryChange{kind.from_bytes, kind.to_bytes, kind.persistent};
        else
          return std::nullopt;
      },
      step);
}

Step with_ends(Step step, std::int64_t from_bytes, std::int64_t to_bytes) {
  std::visit(
      [&](auto& kind) {
        if constexpr (requires { kind.from_bytes; }) {
          kind.from_bytes = from_bytes;
          kind.to_bytes = to_bytes;
        }
      },
      step);
  return step;
}

}  // namespace hotspot::model
