// The possible values of an option or an argument, for completion.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

struct Offer {
  std::string value, about;
};
inline constexpr const char* kFiles = ":files";  // as a value: any file

struct Asked {
  std::vector<std::string> path;    // the command: "hold", "add"
  std::vector<std::string> before;  // the arguments before this one
  Options options;                  // where Redis is
};

// Empty if nothing is known, and after an error.
std::vector<Offer> values_of(const CLI::Option& option, const Asked& asked);

}  // namespace hotspot::ctl
