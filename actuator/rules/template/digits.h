// Formats and parses numbers and texts as Go's strconv does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/result.h"

namespace hotspot::rules::templates {

// format: e, E, f, g, G, x, X or b; digits after the point (for g: in all), -1: as many as needed to be exact.
std::string format_number(double number, char format, int digits);
// strconv.ParseFloat, with Go's error messages.
Result<double> parse_number(std::string_view text);
// With the prefixes 0x, 0o, 0b and 0, and with underscores. Empty: invalid, or more than 64 bits.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text);

enum class Quoting { kUnicode, kAscii };
std::string quote_text(std::string_view text, Quoting quoting);         // "a\nb"
std::string quote_character(std::uint64_t character, Quoting quoting);  // 'a'
bool is_printable(std::uint64_t character);
std::size_t count_characters(std::string_view text);

}  // namespace hotspot::rules::templates
