// The operator of a command, as records and logs name him.
//
// PURE.
#pragma once

#include <string>

#include "common/text/visible.h"

namespace hotspot::loop {

// owner: as the command has it; nobody has to say who he is.
inline std::string operator_name(const std::string& owner) {
  return owner.empty() ? "an operator" : text::visible(owner);
}

}  // namespace hotspot::loop
