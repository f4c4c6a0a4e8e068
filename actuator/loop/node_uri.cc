#include "actuator/loop/node_uri.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"
#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool consists_of(std::string_view text, std::string_view more, std::string_view base = kLetters) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return base.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
  });
}

Error wrong(std::string_view uri, const std::string& why) {
  return {"the URI '" + text::visible(uri) + "' is not one that hotspotd connects to: " + why};
}

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !consists_of(text, "", "0123456789")) return false;
  const int port = std::stoi(std::string(text));
  return port > 0 && port < 65536;
}

// A name or address that begins with '-' would be an option to ssh.
bool is_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return consists_of(host.substr(1, host.size() - 2), ":.", "0123456789abcdefABCDEF");
  return host.size() <= 253 && consists_of(host, "._-") && host.substr(0, 1) != "-";
}

// Returns what is wrong; empty if nothing is.
std::string read_authority(std::string_view authority, NodeUri& uri) {
  if (const auto at = authority.find('@'); at != std::string_view::npos) {
    uri.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    if (uri.user.empty() || uri.user.front() == '-' || !consists_of(uri.user, "._-"))
      return "its user has other characters than letters, digits, '.', '_' and '-', or it holds a password";
    if (authority.empty()) return "it has a user, but no host";
  }
  const auto bracket = authority.rfind(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    uri.port = authority.substr(colon + 1);
    if (!is_port(uri.port)) return "its port is no number from 1 to 65535";
    authority = authority.substr(0, colon);
    if (authority.empty()) return "it has a port, but no host";
  }
  uri.host = authority;
  return is_host(authority) ? "" : "its host is neither a name nor an address";
}

std::string read_parameters(std::string_view query, NodeUri& uri) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    const auto equals = one.find('=');
    if (equals == std::string_view::npos || equals == 0) return "its parameters are not NAME=VALUE";
    uri.parameters.emplace_back(one.substr(0, equals), one.substr(equals + 1));
    if (!consists_of(uri.parameters.back().first, "_") || !consists_of(uri.parameters.back().second, "._-/:,+@"))
      return "a parameter has characters that no parameter needs";
  }
  return "";
}

// Patterns admit without anybody looking: where whoever has the address could answer, they do not hold.
bool is_authenticated(const NodeUri& uri) {
  const auto plus = uri.scheme.find('+');
  const std::string transport = plus == std::string::npos ? "" : uri.scheme.substr(plus + 1);
  if (uri.scheme.substr(0, plus) == "test") return false;
  static constexpr std::array kSafe{"", "tls", "ssh", "libssh", "libssh2", "unix"};  // "": a local socket, or TLS
  return std::any_of(kSafe.begin(), kSafe.end(), [&](const char* safe) { return transport == safe; });
}

std::string listed(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

constexpr std::string_view kNotInStar = "/@:?#";

}  // namespace

Result<NodeUri> parse_node_uri(std::string_view text) {
  if (text.empty()) return Error{"a node without a URI cannot be reached: its collector announces none"};
  if (text.size() > kMostUriBytes) return wrong(text, "it is longer than " + std::to_string(kMostUriBytes) + " bytes");
  NodeUri uri;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return wrong(text, "it has no '://'");
  uri.scheme = text.substr(0, colon);
  if (uri.scheme.empty() || !consists_of(uri.scheme, "+.-", kLower))
    return wrong(text, "its scheme has other characters than small letters, digits, '+', '.' and '-'");
  std::string_view rest = text.substr(colon + 3);
  std::string_view query;
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
    if (query.empty()) return wrong(text, "there is nothing behind its '?'");
  }
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return wrong(text, "it has no path; most end in /system");
  uri.path = rest.substr(slash);
  if (!consists_of(uri.path, "/._-")) return wrong(text, "its path has other characters than letters, digits and /._-");
  if (const std::string why = read_authority(rest.substr(0, slash), uri); !why.empty()) return wrong(text, why);
  if (const std::string why = read_parameters(query, uri); !why.empty()) return wrong(text, why);
  return uri;
}

Result<void> check_node_uri(std::string_view text, const UriRules& rules) {
  const auto uri = parse_node_uri(text);
  if (!uri) return uri.error();
  if (!rules.schemes.contains(uri->scheme))
    return wrong(
        text, "its scheme '" + uri->scheme + "' is not among 'schemes' of 'admission' (" + listed(rules.schemes) + ")");
  for (const auto& [name, value] : uri->parameters) {
    if (!rules.parameters.contains(name))
      return wrong(text, "its parameter '" + name + "' is not among 'parameters' of 'admission' (" +
                             listed(rules.parameters) + ")");
  }
  return {};
}

std::string uri_identity(std::string_view text) {
  const auto begin = text.find("://");
  if (begin == std::string_view::npos) return std::string(text);
  const auto end = std::min(text.find('/', begin + 3), text.size());
  const auto at = text.substr(0, end).rfind('@');
  const auto host = at == std::string_view::npos ? begin + 3 : at + 1;
  return std::string(text.substr(0, host)) + text::lower_case(text.substr(host, end - host)) +
         std::string(text.substr(end));
}

Result<void> check_uri_pattern(std::string_view pattern, const UriRules& rules) {
  if (pattern.find('?') != std::string_view::npos)
    return wrong(pattern, "a pattern has no parameters; admit such nodes by 'nodes'");
  const auto scheme_end = pattern.find("://");
  if (pattern.substr(0, scheme_end).find('*') != std::string_view::npos)
    return wrong(pattern, "the scheme of a pattern has no '*'");
  std::string example(pattern);
  std::replace(example.begin(), example.end(), '*', 'x');
  if (auto checked = check_node_uri(example, rules); !checked) return wrong(pattern, checked.error().message);
  const auto uri = parse_node_uri(example);
  if (!is_authenticated(*uri))
    return wrong(pattern, "with '" + uri->scheme +
                              "' anybody who has the address can answer: patterns hold for tls, ssh and local sockets; "
                              "admit such nodes by 'nodes'");
  return {};
}

bool matches_uri_pattern(std::string_view pattern, std::string_view uri) {
  // Where the last '*' was, and how much of the URI it stands for.
  std::size_t star = std::string_view::npos, star_end = 0, p = 0, u = 0;
  while (u < uri.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = u;
    } else if (p < pattern.size() && pattern[p] == uri[u]) {
      ++p;
      ++u;
    } else if (star != std::string_view::npos && kNotInStar.find(uri[star_end]) == std::string_view::npos) {
      p = star + 1;
      u = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace hotspot::loop
