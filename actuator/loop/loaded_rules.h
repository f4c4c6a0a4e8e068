// A set of rules as it was read from its files.
//
// A value.
#pragma once

#include <string>
#include <vector>

#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::loop {

struct LoadedRules {
  std::vector<rules::SourceFile> files;
  rules::CheckedRules checked;
  std::string problem;  // a file or folder could not be read; empty otherwise
};

}  // namespace hotspot::loop
