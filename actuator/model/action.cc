#include "actuator/model/action.h"

#include <array>

namespace hotspot::model {
namespace {

constexpr std::array<std::pair<ActionState, const char*>, 8> kStates{{{ActionState::kIntent, "intent"},
                                                                      {ActionState::kStarted, "started"},
                                                                      {ActionState::kProgress, "progress"},
                                                                      {ActionState::kVerifying, "verifying"},
                                                                      {ActionState::kDone, "done"},
                                                                      {ActionState::kFailed, "failed"},
                                                                      {ActionState::kAborted, "aborted"},
                                                                      {ActionState::kSkipped, "skipped"}}};

}  // namespace

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
