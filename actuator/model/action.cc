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
                 [](const SetCpuShares&) { return "set_cpu_shares"; }},
      step);
}

bool is_tuning(const Step& step) {
  return std::holds_alternative<SetCpuCap>(step) || std::holds_alternative<SetCpuShares>(step);
}

std::string describe(const Step& step) {
  return std::visit(
      Overloaded{
          [](const SetVcpus& s) { return "vCPUs " + std::to_string(s.from) + " → " + std::to_string(s.to); },
          [](const SetBalloon& s) { return "balloon " + bytes_text(s.from_bytes) + " → " + bytes_text(s.to_bytes); },
          [](const MigrateTo& s) { return "migrate to " + s.target_name; },
          [](const SetCpuCap& s) {
            return s.to_percent == 0 ? std::string("CPU cap → none")
                                     : "CPU cap → " + std::to_string(s.to_percent) + " % of a CPU";
          },
          [](const SetCpuShares& s) { return "CPU shares → " + std::to_string(s.to); }},
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
