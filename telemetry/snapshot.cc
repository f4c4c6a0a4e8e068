#include "telemetry/snapshot.h"

#include <array>
#include <utility>

namespace hotspot::telemetry {
namespace {

constexpr std::array<std::pair<DomainState, const char*>, 8> kNames{{{DomainState::kUnknown, "unknown"},
                                                                     {DomainState::kRunning, "running"},
                                                                     {DomainState::kBlocked, "blocked"},
                                                                     {DomainState::kPaused, "paused"},
                                                                     {DomainState::kShutdown, "shutdown"},
                                                                     {DomainState::kShutoff, "shutoff"},
                                                                     {DomainState::kCrashed, "crashed"},
                                                                     {DomainState::kSuspended, "suspended"}}};

}  // namespace

const char* to_string(DomainState state) {
  for (const auto& [known, name] : kNames) {
    if (known == state) return name;
  }
  return "unknown";
}

DomainState domain_state_from_string(const std::string& text) {
  for (const auto& [state, name] : kNames) {
    if (text == name) return state;
  }
  return DomainState::kUnknown;
}

}  // namespace hotspot::telemetry
