// Prints values as Go's fmt package does.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "actuator/rules/template/value.h"

namespace hotspot::rules::templates {

// A longer text is cut, and the caller fails.
inline constexpr std::size_t kMaxText = 64 * 1024;

std::string print(std::span<const Value> values);                                  // fmt.Sprint
std::string print_line(std::span<const Value> values);                             // fmt.Sprintln
std::string print_format(std::string_view format, std::span<const Value> values);  // fmt.Sprintf
std::string shown(const Value& value);                                             // "%v" of a value
// As a template prints it: a pointer as its target, nil as "<no value>".
std::string printed(const Value& value);

}  // namespace hotspot::rules::templates
