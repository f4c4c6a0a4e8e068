#include "actuator/console/operations.h"

namespace hotspot::console {
namespace {

bool fits(std::string_view pattern, const std::vector<std::string>& path, std::string& name) {
  std::size_t at = 0;
  for (; !pattern.empty(); ++at) {
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    const std::string_view part = pattern.substr(0, slash);
    if (at == path.size()) return false;
    if (part == "*")
      name = path[at];
    else if (part != path[at])
      return false;
    pattern.remove_prefix(std::min(slash + 1, pattern.size()));
  }
  return at == path.size();
}

}  // namespace

const std::vector<Route>& routes() {
  using enum Operation;
  static const std::vector<Route> all{
      {kOpenapi, "GET", "api/v1/openapi.json", Access::kAnybody},
      {kHealthz, "GET", "api/v1/healthz", Access::kAnybody},
      {kReadyz, "GET", "api/v1/readyz", Access::kAnybody},
      {kHealthz, "GET", "healthz", Access::kAnybody},
      {kReadyz, "GET", "readyz", Access::kAnybody},
      {kGetSession, "GET", "api/v1/session", Access::kViewer},
      {kSignIn, "POST", "api/v1/session", Access::kAnybody},
      {kSignOut, "DELETE", "api/v1/session", Access::kViewer},
      {kStatus, "GET", "api/v1/status", Access::kViewer},
      {kNodes, "GET", "api/v1/nodes", Access::kViewer},
      {kNode, "GET", "api/v1/nodes/*", Access::kViewer},
      {kDomains, "GET", "api/v1/domains", Access::kViewer},
      {kDomain, "GET", "api/v1/domains/*", Access::kViewer},
      {kDecisions, "GET", "api/v1/decisions", Access::kViewer},
      {kDecision, "GET", "api/v1/decisions/*", Access::kViewer},
      {kActions, "GET", "api/v1/actions", Access::kViewer},
      {kRecommendations, "GET", "api/v1/recommendations", Access::kViewer},
      {kEvents, "GET", "api/v1/events", Access::kViewer},
      {kPause, "POST", "api/v1/pause", Access::kOperator},
      {kResume, "POST", "api/v1/resume", Access::kOperator},
      {kAddHold, "POST", "api/v1/holds", Access::kOperator},
      {kRemoveHold, "DELETE", "api/v1/holds/*", Access::kOperator},
      {kDrain, "POST", "api/v1/nodes/*/drain", Access::kOperator},
      {kUndrain, "POST", "api/v1/nodes/*/undrain", Access::kOperator},
      {kCancelAction, "POST", "api/v1/actions/*/cancel", Access::kOperator},
      {kApplyRecommendation, "POST", "api/v1/recommendations/*/apply", Access::kOperator},
      {kRefuseRecommendation, "POST", "api/v1/recommendations/*/refuse", Access::kOperator},
      {kReloadRules, "POST", "api/v1/rules/reload", Access::kOperator},
      {kSetMode, "POST", "api/v1/mode", Access::kOperator},
  };
  return all;
}

Match match(std::string_view method, const std::vector<std::string>& path) {
  Match found;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes()) {
    std::string name;
    if (!fits(route.path, path, name)) continue;
    found.allow += (found.allow.empty() ? "" : ", ") + std::string(route.method == "GET" ? "GET, HEAD" : route.method);
    if (route.method != wanted) continue;
    found.route = &route;
    found.name = name;
  }
  return found;
}

bool is_allowed(Access access, Role role) { return access != Access::kOperator || role != Role::kViewer; }

}  // namespace hotspot::console
