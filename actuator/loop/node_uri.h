// libvirt URIs by which hotspotd may reach nodes: one parser, what the operator allows, and patterns.
//
// libvirt runs programs and reads files that a URI names ("qemu+ext://?command=", "keyfile="), so nothing is connected
// to before it went through here. The parser knows less than libvirt's own: no escapes, no blanks, no fragments, no
// passwords; what it does not know is refused. PURE.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "telemetry/result.h"

namespace hotspot::loop {

inline constexpr std::size_t kMostUriBytes = 512;

struct NodeUri {
  std::string scheme;  // "qemu+tls", in lower case
  std::string user, host, port, path;
  std::vector<std::pair<std::string, std::string>> parameters;
};

// An error says what is wrong with it.
Result<NodeUri> parse_node_uri(std::string_view uri);

// What the operator allows: `admission.schemes` and `admission.parameters` of hotspotd.yaml.
struct UriRules {
  std::set<std::string> schemes{"qemu", "qemu+ssh", "qemu+tls"};
  std::set<std::string> parameters;  // none
};
// May hotspotd connect to it? An error is a sentence with the cure.
Result<void> check_node_uri(std::string_view uri, const UriRules& rules);

// The same for two URIs that lead to one place as far as the text shows it: host names have no case.
std::string uri_identity(std::string_view uri);

// A pattern of URIs as in `admission.patterns`, "qemu+tls://*.example.net/system": each '*' stands for any characters
// but / @ : ? and #.
Result<void> check_uri_pattern(std::string_view pattern, const UriRules& rules);
bool matches_uri_pattern(std::string_view pattern, std::string_view uri);

}  // namespace hotspot::loop
