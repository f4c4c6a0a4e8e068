// What is wrong with a pattern, in a sentence and with its place. Private to the patterns.
#pragma once

#include <optional>
#include <string_view>

#include "common/pattern/pattern.h"

namespace hotspot::pattern {

// What RE2 takes and Go does not, or tells without a place.
std::optional<Pattern::Problem> find_foreign(std::string_view pattern);
// Of one that RE2 refused.
Pattern::Problem explain(std::string_view pattern, const re2::RE2& refused);

}  // namespace hotspot::pattern
