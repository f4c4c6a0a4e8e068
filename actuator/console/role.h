// What a user of the console may do.
#pragma once

#include <optional>
#include <string_view>

namespace hotspot::console {

// Each may do what those before it may. Viewer: read. Operator: the commands of Redis' role hotspot-operator. Admin:
// also the mode enforce, if the console's own Redis user is hotspot-admin.
enum class Role { kViewer, kOperator, kAdmin };

constexpr const char* to_string(Role role) {
  return role == Role::kViewer ? "viewer" : role == Role::kOperator ? "operator" : "admin";
}
constexpr std::optional<Role> role_from_string(std::string_view text) {
  for (const Role role : {Role::kViewer, Role::kOperator, Role::kAdmin})
    if (text == to_string(role)) return role;
  return std::nullopt;
}

}  // namespace hotspot::console
