#include "actuator/console/operations.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace hotspot::console {
namespace {

std::string access_name(Access access) {
  return access == Access::kAnybody ? "anybody" : access == Access::kViewer ? "viewer" : "operator";
}

TEST(Operations, AreFoundByMethodAndPath) {
  const Match drain = match("POST", {"api", "v1", "nodes", "n1", "drain"});
  ASSERT_NE(drain.route, nullptr);
  EXPECT_EQ(drain.route->operation, Operation::kDrain);
  EXPECT_EQ(drain.name, "n1");
  EXPECT_EQ(match("HEAD", {"api", "v1", "status"}).route->operation, Operation::kStatus);
}

TEST(Operations, SayWhichMethodsAPathHas) {
  const Match wrong = match("PUT", {"api", "v1", "session"});
  EXPECT_EQ(wrong.route, nullptr);
  EXPECT_EQ(wrong.allow, "GET, HEAD, POST, DELETE");
  EXPECT_EQ(match("GET", {"api", "v1", "holds", "1"}).allow, "DELETE");
}

TEST(Operations, AreNotThereBesideTheirPaths) {
  for (const std::vector<std::string>& path : std::vector<std::vector<std::string>>{{},
                                                                                    {"api"},
                                                                                    {"api", "v1"},
                                                                                    {"api", "v2", "status"},
                                                                                    {"api", "v1", "status", "x"},
                                                                                    {"api", "v1", "nodes", "n", "x"}})
    EXPECT_EQ(match("GET", path).allow, "");
}

TEST(Operations, ThatChangeSomethingAreForOperators) {
  for (const Route& route : routes()) {
    if (route.access == Access::kAnybody) continue;
    EXPECT_TRUE(is_allowed(route.access, Role::kOperator)) << route.path;
    EXPECT_TRUE(is_allowed(route.access, Role::kAdmin)) << route.path;
    const bool changes = route.method != "GET" && route.operation != Operation::kSignOut;
    EXPECT_EQ(is_allowed(route.access, Role::kViewer), !changes) << route.path;
  }
}

TEST(Operations, AreThoseOfOpenapiWithTheSameRoles) {
  std::ifstream file(std::string(HOTSPOT_SOURCE_DIR) + "/actuator/console/openapi.json");
  std::stringstream text;
  text << file.rdbuf();
  const nlohmann::json described = nlohmann::json::parse(text.str());
  std::set<std::string> there, wanted;
  for (const auto& [path, methods] : described.at("paths").items()) {
    std::string pattern;
    for (std::size_t at = 0; at < path.size(); ++at) {
      if (path[at] == '{')
        at = path.find('}', at), pattern += '*';
      else
        pattern += path[at];
    }
    for (const auto& [method, operation] : methods.items())
      there.insert(method + " api/v1" + pattern + " " + operation.at("x-role").get<std::string>());
  }
  for (const Route& route : routes()) {
    if (!route.path.starts_with("api/")) continue;
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    wanted.insert(method + " " + std::string(route.path) + " " + access_name(route.access));
  }
  EXPECT_EQ(there, wanted);
}

}  // namespace
}  // namespace hotspot::console
