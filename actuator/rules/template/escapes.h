// Texts made safe for HTML, JavaScript and the query of a URL, as Go does it.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::rules::templates {

std::string escape_html(std::string_view text);
std::string escape_js(std::string_view text);
std::string escape_query(std::string_view text);

}  // namespace hotspot::rules::templates
