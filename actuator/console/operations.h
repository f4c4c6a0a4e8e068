// What the API offers: for each method and path the operation and the role that it needs. openapi.json describes the
// same.
//
// PURE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actuator/console/role.h"

namespace hotspot::console {

enum class Operation {
  kOpenapi,
  kHealthz,
  kReadyz,
  kGetSession,
  kSignIn,
  kSignOut,
  kStatus,
  kNodes,
  kNode,
  kDomains,
  kDomain,
  kDecisions,
  kDecision,
  kActions,
  kRecommendations,
  kEvents,
  kPause,
  kResume,
  kAddHold,
  kRemoveHold,
  kDrain,
  kUndrain,
  kCancelAction,
  kApplyRecommendation,
  kRefuseRecommendation,
  kReloadRules,
  kSetMode
};

enum class Access { kAnybody, kViewer, kOperator };

struct Route {
  Operation operation{};
  std::string_view method;
  std::string_view path;  // without the first slash; '*' is a name
  Access access = Access::kViewer;
};
const std::vector<Route>& routes();

struct Match {
  const Route* route = nullptr;  // null: there is none
  std::string name;              // what stands for '*'
  std::string allow;             // the methods of the path, if there is one: "GET, HEAD"
};
// path: decoded, as in Target. A HEAD is a GET.
Match match(std::string_view method, const std::vector<std::string>& path);

bool is_allowed(Access access, Role role);

}  // namespace hotspot::console
