// What POSIX and glibc write differently from RE2. Private to the patterns.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::pattern {

// The same expression in RE2's words.
std::string from_posix(std::string_view pattern);

}  // namespace hotspot::pattern
