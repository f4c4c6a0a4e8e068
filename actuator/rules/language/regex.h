// Regular expressions of label matchers, label_replace and templates: those of common/pattern, which must match the
// whole text.
#pragma once

#include "common/pattern/pattern.h"

namespace hotspot::rules {

using Regex = pattern::Pattern;

}  // namespace hotspot::rules
