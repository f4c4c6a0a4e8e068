// The target of a request, as it stands in its first line: "/api/v1/nodes/n1?count=5".
//
// PURE: anybody may have sent it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotspot::console {

struct Target {
  std::vector<std::string> path;             // decoded, without slashes; of "/": nothing
  std::map<std::string, std::string> query;  // decoded; of a name that is given twice, the first
};

// Empty: it is no absolute path, a part of it is empty, "." or "..", or an escape stands for a slash, a control
// character or no UTF-8.
std::optional<Target> target_from_string(std::string_view text);

}  // namespace hotspot::console
