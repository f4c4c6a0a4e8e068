// Regular expressions of label matchers, label_replace and templates: patterns of common/pattern that must match the
// whole text.
#pragma once

#include "common/pattern/pattern.h"

namespace hotspot::rules {

using Regex = pattern::Pattern;

}  // namespace hotspot::rules
