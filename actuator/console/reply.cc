#include "actuator/console/reply.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/text/visible.h"

namespace hotspot::console {
namespace {

const char* title_of(int status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "Not signed in";
    case 403:
      return "Not allowed";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 409:
      return "Refused";
    case 413:
      return "Too large";
    case 415:
      return "Not JSON";
    case 422:
      return "Not understood";
    case 429:
      return "Too many requests";
    case 503:
      return "Not available";
    case 504:
      return "Not answered";
    default:
      return "Failed";
  }
}

}  // namespace

Reply json_reply(int status, std::string body) {
  return {.status = status, .body = std::make_shared<const std::string>(std::move(body)), .headers = {}};
}

Reply problem(int status, const std::string& detail) {
  const nlohmann::json body{{"type", "about:blank"},
                            {"title", title_of(status)},
                            {"status", status},
                            {"detail", text::visible(detail, text::kMostLineBytes)}};
  Reply reply = json_reply(status, body.dump());
  reply.type = "application/problem+json";
  return reply;
}

Reply problem_for(Milliseconds wait, int status, const std::string& detail) {
  Reply reply = problem(status, detail);
  const auto seconds = std::max<std::int64_t>((wait.count() + 999) / 1000, 1);
  reply.headers.emplace_back("Retry-After", std::to_string(seconds));
  return reply;
}

}  // namespace hotspot::console
