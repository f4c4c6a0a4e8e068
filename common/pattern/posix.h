// Translates what POSIX and glibc write differently from RE2. Private to common/pattern.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::pattern {

// The same expression in RE2's syntax.
std::string from_posix(std::string_view pattern);

}  // namespace hotspot::pattern
