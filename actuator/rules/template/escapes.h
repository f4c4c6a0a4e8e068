// Escapes texts for HTML, JavaScript and URL queries, as Go does.
#pragma once

#include <string>
#include <string_view>

namespace hotspot::rules::templates {

std::string escape_html(std::string_view text);
std::string escape_js(std::string_view text);
std::string escape_query(std::string_view text);

}  // namespace hotspot::rules::templates
