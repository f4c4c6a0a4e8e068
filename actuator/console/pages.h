// The files that the browser gets, built into the program from the folder pages/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actuator/console/reply.h"
#include "actuator/console/request.h"

namespace hotspot::console {

struct EmbeddedFile {
  std::string_view name;  // below the folder: "app.js"
  std::string_view content;
  std::string_view sha256;
};
// By name.
const std::vector<EmbeddedFile>& embedded_pages();
const EmbeddedFile& embedded_openapi();

// The page of a path, "/" being index.html. With ETag; 304 if the browser has it already; 404.
Reply page_reply(const Request& request);
std::string_view content_type_of(std::string_view name);

}  // namespace hotspot::console
