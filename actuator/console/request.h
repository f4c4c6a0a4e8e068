// A request as it came, before anything of it is believed.
#pragma once

#include <optional>
#include <string>

#include "actuator/console/target.h"

namespace hotspot::console {

struct Request {
  std::string method;
  std::optional<Target> target;  // empty: it could not be read
  std::string address;           // of the client: "192.0.2.7"
  // Headers; empty: not there.
  std::optional<std::string> bearer;  // of Authorization; a text without that scheme is empty
  std::string cookie, csrf, content_type, idempotency_key, last_event_id, if_none_match;
  std::string body;
};

}  // namespace hotspot::console
