#include "actuator/console/pages.h"

#include <map>
#include <memory>
#include <utility>

namespace hotspot::console {
namespace {

// Made once: the answers share the content.
const std::map<std::string, Reply>& replies() {
  static const std::map<std::string, Reply> all = [] {
    std::map<std::string, Reply> made;
    for (const EmbeddedFile& file : embedded_pages()) {
      Reply& reply = made[std::string(file.name)];
      reply.type = content_type_of(file.name);
      reply.body = std::make_shared<const std::string>(file.content);
      reply.headers = {{"ETag", "\"" + std::string(file.sha256.substr(0, 32)) + "\""}, {"Cache-Control", "no-cache"}};
    }
    return made;
  }();
  return all;
}

std::string name_of(const Target& target) {
  std::string name;
  for (const std::string& part : target.path) name += (name.empty() ? "" : "/") + part;
  return name.empty() ? "index.html" : name;
}

}  // namespace

std::string_view content_type_of(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".json", "application/json"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".webmanifest", "application/manifest+json"},
      {".txt", "text/plain; charset=utf-8"}};
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

Reply page_reply(const Request& request) {
  const auto found = replies().find(name_of(*request.target));
  if (found == replies().end()) return problem(404, "there is no such page; the API is below /api/v1");
  if (request.method != "GET" && request.method != "HEAD") {
    Reply refused = problem(405, "a page can only be read");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  const std::string& tag = found->second.headers.front().second;
  if (request.if_none_match.find(tag) == std::string::npos) return found->second;
  Reply unchanged = found->second;
  unchanged.status = 304;
  unchanged.body = nullptr;
  return unchanged;
}

}  // namespace hotspot::console
