// Upper and lower case for Latin, Greek and Cyrillic letters; other letters are unchanged.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::rules::templates {

std::string upper_letters(std::string_view text);
std::string lower_letters(std::string_view text);
// Capitalises each word, as Go's strings.Title.
std::string title_letters(std::string_view text);

}  // namespace hotspot::rules::templates
