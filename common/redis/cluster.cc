#include "common/redis/cluster.h"

#include <algorithm>
#include <charconv>

namespace hotspot::redis {
namespace {

// [host, port, id, …]; the host is nil or empty if the node does not know its own.
std::optional<Address> address_from(const Reply& node, const std::string& asked_host) {
  if (node.elements.size() < 2) return std::nullopt;
  const Reply& host = node.elements[0];
  const std::int64_t port = node.elements[1].integer;
  if (port < 1 || port > 65535 || host.text == "?") return std::nullopt;
  return Address{host.is_text() && !host.text.empty() ? host.text : asked_host, static_cast<int>(port)};
}

}  // namespace

std::optional<Redirect> redirect_from(const std::string& error_reply, const std::string& asked_host) {
  Redirect redirect;
  redirect.is_ask = error_reply.starts_with("ASK ");
  if (!redirect.is_ask && !error_reply.starts_with("MOVED ")) return std::nullopt;
  const std::size_t space = error_reply.rfind(' ');
  const std::size_t colon = error_reply.rfind(':');
  if (colon == std::string::npos || colon < space) return std::nullopt;
  const char* end = error_reply.data() + error_reply.size();
  const auto parsed = std::from_chars(error_reply.data() + colon + 1, end, redirect.to.port);
  if (parsed.ec != std::errc() || redirect.to.port < 1 || redirect.to.port > 65535) return std::nullopt;
  redirect.to.host = error_reply.substr(space + 1, colon - space - 1);
  if (redirect.to.host.empty()) redirect.to.host = asked_host;
  return redirect;
}

ClusterView cluster_view_from(const Reply& slots, std::int64_t slot, const std::string& asked_host) {
  ClusterView view;
  for (const Reply& range : slots.elements) {
    if (range.elements.size() < 3) continue;
    for (std::size_t i = 2; i < range.elements.size(); ++i) {
      const Reply& node = range.elements[i];
      const auto address = address_from(node, asked_host);
      if (!address) continue;
      if (std::find(view.nodes.begin(), view.nodes.end(), *address) == view.nodes.end()) view.nodes.push_back(*address);
      if (i != 2 || slot < range.elements[0].integer || slot > range.elements[1].integer) continue;
      view.owner = address;
      if (node.elements.size() > 2) view.owner_id = node.elements[2].text;
    }
  }
  return view;
}

}  // namespace hotspot::redis
