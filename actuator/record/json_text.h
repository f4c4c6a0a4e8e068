// JSON that was read from Redis or a file: whoever may write there may have written anything.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace hotspot::record {

// What hotspotd writes is nested less than ten deep. Copying and printing take a stack frame a level, and indenting
// takes time that grows with the square of the depth.
inline constexpr std::size_t kMostJsonDepth = 64;

// Discarded (is_discarded(), no object and no array) where it is not JSON, or nested deeper than that. Throws nothing.
nlohmann::json parse_json(std::string_view text);

}  // namespace hotspot::record
