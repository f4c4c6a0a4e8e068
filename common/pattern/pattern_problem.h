// Describes what is wrong with a pattern: a sentence and a position. Private to common/pattern.
#pragma once

#include <optional>
#include <string_view>

#include "common/pattern/pattern.h"

namespace hotspot::pattern {

// Finds what RE2 accepts and Go does not, and what RE2 reports without a position.
std::optional<Pattern::Problem> find_foreign(std::string_view pattern);
// Describes the error of a pattern that RE2 refused.
Pattern::Problem explain(std::string_view pattern, const re2::RE2& refused);

}  // namespace hotspot::pattern
