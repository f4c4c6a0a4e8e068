// Numbers and texts as Go writes and reads them (strconv).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/result.h"

namespace hotspot::rules::templates {

// format: e, E, f, g, G, x, X or b; digits behind the point (of g: in all), -1: as many as tell the number exactly.
std::string format_number(double number, char format, int digits);
// strconv.ParseFloat; the error is worded as Go's.
Result<double> parse_number(std::string_view text);
// With the prefixes 0x, 0o, 0b and 0, and with underscores. Empty: no such number, or not in 64 bits.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text);

enum class Quoting { kUnicode, kAscii };
std::string quote_text(std::string_view text, Quoting quoting);         // "a\nb"
std::string quote_character(std::uint64_t character, Quoting quoting);  // 'a'
bool is_printable(std::uint64_t character);
std::size_t count_characters(std::string_view text);

}  // namespace hotspot::rules::templates
