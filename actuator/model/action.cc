#include "actuator/model/action.h"

#include <array>

#include "actuator/model/text.h"

namespace hotspot::model {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

constexpr std::array<std::pair<ActionState, const char*>, 8> kStates{{{ActionState::kIntent, "intent"},
                                                                      {ActionState::kStarted, "started"},
                                                                      {ActionState::kProgress, "progress"},
                                                                      {ActionState::kVerifying, "verifying"},
                                                                      {ActionState::kDone, "done"},
                                                                      {ActionState::kFailed, "failed"},
                                                                      {ActionState::kAborted, "aborted"},
                                                                      {ActionState::kSkipped, "skipped"}}};

}  // namespace

const char* step_name(const Step& step) {
  return std::visit(
      Overloaded{[](const SetVcpus&) { return "set_vcpus"; }, [](const SetBalloon&) { return "set_balloon"; },
                 [](const MigrateTo&) { return "migrate"; }, [](const SetCpuCap&) { return "set_cpu_cap"; },
                 [](const SetCpuShares&) { return "set_cpu_shares"; },
                 [](const SetDiskLimit&) { return "set_disk_limit"; },
                 [](const SetNetworkLimit&) { return "set_network_limit"; },
                 [](const SetVirtioMem&) { return "set_virtio_mem"; }, [](const PlugDimm&) { return "plug_dimm"; }},
      step);
}

bool is_tuning(const Step& step) {
  return std::holds_alternative<SetCpuCap>(step) || std::holds_alternative<SetCpuShares>(step) ||
         std::holds_alternative<SetDiskLimit>(step) || std::holds_alternative<SetNetworkLimit>(step);
}

std::optional<MemoryChange> memory_change(const Step& step) {
  if (const auto* balloon = std::get_if<SetBalloon>(&step))
    return MemoryChange{balloon->from_bytes, balloon->to_bytes, balloon->persistent};
  if (const auto* plugged = std::get_if<SetVirtioMem>(&step))
    return MemoryChange{plugged->from_bytes, plugged->to_bytes, plugged->persistent};
  if (const auto* dimm = std::get_if<PlugDimm>(&step))
    return MemoryChange{dimm->from_bytes, dimm->to_bytes, dimm->persistent};
  return std::nullopt;
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

std::string describe(const Step& step) {
  return std::visit(
      Overloaded{
          [](const SetVcpus& s) { return "vCPUs " + std::to_string(s.from) + " → " + std::to_string(s.to); },
          [](const SetBalloon& s) { return "balloon " + bytes_text(s.from_bytes) + " → " + bytes_text(s.to_bytes); },
          [](const MigrateTo& s) {
            std::string disks;
            for (const std::string& disk : s.copied_disks) disks += (disks.empty() ? " with " : ", ") + disk;
            return "migrate to " + s.target_name + disks;
          },
          [](const SetCpuCap& s) {
            return s.to_percent == 0 ? std::string("CPU cap → none")
                                     : "CPU cap → " + std::to_string(s.to_percent) + " % of a CPU";
          },
          [](const SetCpuShares& s) { return "CPU shares → " + std::to_string(s.to); },
          [](const SetDiskLimit& s) {
            return "limit of " + (s.device.empty() ? "all disks" : "disk " + s.device) + " → " + limit_text(s.to);
          },
          [](const SetNetworkLimit& s) {
            return "limit of " + (s.device.empty() ? "all interfaces" : "interface " + s.device) + " → " +
                   limit_text(s.to);
          },
          [](const SetVirtioMem& s) {
            return s.device + " " + bytes_text(s.from_bytes) + " → " + bytes_text(s.to_bytes);
          },
          [](const PlugDimm& s) {
            return "DIMM of " + bytes_text(s.to_bytes - s.from_bytes) + " plugged in (" + bytes_text(s.from_bytes) +
                   " → " + bytes_text(s.to_bytes) + ")";
          }},
      step);
}

const char* to_string(ActionState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "unknown";
}

std::optional<ActionState> action_state_from_string(std::string_view text) {
  for (const auto& [state, name] : kStates) {
    if (text == name) return state;
  }
  return std::nullopt;
}

bool is_final(ActionState state) {
  return state == ActionState::kDone || state == ActionState::kFailed || state == ActionState::kAborted ||
         state == ActionState::kSkipped;
}

}  // namespace hotspot::model
