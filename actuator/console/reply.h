// An answer to a request, before it is sent.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::console {

struct Reply {
  int status = 200;
  std::string type = "application/json";
  std::shared_ptr<const std::string> body;  // null: none
  std::vector<std::pair<std::string, std::string>> headers;
};

Reply json_reply(int status, std::string body);
// application/problem+json (RFC 9457). detail: a sentence for people; texts of strangers in it are made visible.
Reply problem(int status, const std::string& detail);
// 429 or 503, with Retry-After.
Reply problem_for(Milliseconds wait, int status, const std::string& detail);

}  // namespace hotspot::console
