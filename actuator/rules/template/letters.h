// Upper and lower case of letters of Latin, Greek and Cyrillic script; others have none here.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::rules::templates {

std::string upper_letters(std::string_view text);
std::string lower_letters(std::string_view text);
// The first letter of each word in upper case, as Go's strings.Title.
std::string title_letters(std::string_view text);

}  // namespace hotspot::rules::templates
