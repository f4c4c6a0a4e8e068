// Functions on texts: case, matches, links, hosts.
#include <algorithm>
#include <optional>

#include "actuator/rules/template/escapes.h"
#include "actuator/rules/template/format.h"
#include "actuator/rules/template/functions.h"
#include "actuator/rules/template/letters.h"

namespace hotspot::rules::templates {
namespace {

using Arguments = std::span<const Value>;

Result<Value> upper(Arguments arguments, Surroundings&) { return of_text(upper_letters(arguments[0].text())); }
Result<Value> lower(Arguments arguments, Surroundings&) { return of_text(lower_letters(arguments[0].text())); }
Result<Value> title(Arguments arguments, Surroundings&) { return of_text(title_letters(arguments[0].text())); }
Result<Value> safe_html(Arguments arguments, Surroundings&) { return of_text(arguments[0].text(), Type::kHtml); }

// Compiling a pattern takes time and memory, however short its text.
constexpr std::size_t kCompiling = 64 * 1024;
constexpr std::size_t kMaxPatterns = 4;  // in the cache

Result<pattern::Pattern> compiled(const std::string& text, Surroundings& around) {
  if (const auto known = around.patterns.find(text); known != around.patterns.end()) return known->second;
  if (around.bytes_left < kCompiling) return Error{"the template does too much"};
  around.bytes_left -= kCompiling;
  auto made = pattern::Pattern::compile(text);
  if (!made) return Error{"error parsing regexp: " + made.error().message + ": `" + text + "`"};
  if (around.patterns.size() >= kMaxPatterns) around.patterns.clear();
  return around.patterns.emplace(text, std::move(made).value()).first->second;
}

Result<Value> match(Arguments arguments, Surroundings& around) {
  const auto regex = compiled(arguments[0].text(), around);
  if (!regex) return regex.error();
  return of_bool(regex->found_in(arguments[1].text()));
}

Result<Value> replace(Arguments arguments, Surroundings& around) {
  const auto regex = compiled(arguments[0].text(), around);
  if (!regex) return regex.error();
  auto made = regex->replace_all(arguments[2].text(), arguments[1].text(), kMaxText);
  if (!made) return Error{"the text grew beyond 64 KiB"};
  return of_text(std::move(*made));
}

Result<Value> graph_link(Arguments arguments, Surroundings&) {
  return of_text("/graph?g0.expr=" + escape_query(arguments[0].text()) + "&g0.tab=0");
}
Result<Value> table_link(Arguments arguments, Surroundings&) {
  return of_text("/graph?g0.expr=" + escape_query(arguments[0].text()) + "&g0.tab=1");
}
Result<Value> query_escape(Arguments arguments, Surroundings&) { return of_text(escape_query(arguments[0].text())); }

struct HostPort {
  std::string host, port;
};

// "host:port" and "[host]:port"; empty for anything else.
std::optional<HostPort> split(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  HostPort both{text.substr(0, colon), text.substr(colon + 1)};
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string::npos || end + 1 != colon) return std::nullopt;
    both.host = text.substr(1, end - 1);
    if (both.host.find('[') != std::string::npos || text.find(']', end + 1) != std::string::npos) return std::nullopt;
    return both;
  }
  if (both.host.find_first_of(":[]") != std::string::npos || both.port.find_first_of("[]") != std::string::npos)
    return std::nullopt;
  return both;
}

bool is_ipv4(std::string_view text) {
  int parts = 0;
  while (true) {
    const std::size_t end = std::min(text.find('.'), text.size());
    const std::string_view part = text.substr(0, end);
    const bool good = !part.empty() && part.size() <= 3 &&
                      part.find_first_not_of("0123456789") == std::string_view::npos &&
                      (part.size() == 1 || part[0] != '0') && std::stoi(std::string(part)) <= 255;
    if (!good || ++parts > 4) return false;
    if (end == text.size()) return parts == 4;
    text.remove_prefix(end + 1);
  }
}

bool is_ipv6(std::string_view text) {
  const std::size_t gap = text.find("::");
  if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos) return false;
  int groups = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(':', at), text.size());
    const std::string_view part = text.substr(at, end - at);
    if (end == text.size() && is_ipv4(part)) {
      groups += 2;
    } else if (!part.empty()) {
      if (part.size() > 4 || part.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return false;
      ++groups;
    } else if (gap == std::string_view::npos || (end != gap && end != gap + 1 && at != gap + 2)) {
      return false;
    }
    at = end + 1;
  }
  return gap == std::string_view::npos ? groups == 8 : groups < 8;
}

Result<Value> strip_port(Arguments arguments, Surroundings&) {
  const auto both = split(arguments[0].text());
  return both ? of_text(both->host) : arguments[0];
}

Result<Value> strip_domain(Arguments arguments, Surroundings&) {
  const std::string& text = arguments[0].text();
  const HostPort both = split(text).value_or(HostPort{text, ""});
  if (is_ipv4(both.host) || is_ipv6(both.host)) return arguments[0];
  const std::string host = both.host.substr(0, both.host.find('.'));
  if (both.port.empty()) return of_text(host);
  return of_text((host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + both.port);
}

}  // namespace

std::vector<Function> text_functions() {
  using enum Parameter;
  return {{"toUpper", {kText}, false, upper},
          {"toLower", {kText}, false, lower},
          {"title", {kText}, false, title},
          {"safeHtml", {kText}, false, safe_html},
          {"match", {kText, kText}, false, match},
          {"reReplaceAll", {kText, kText, kText}, false, replace},
          {"graphLink", {kText}, false, graph_link},
          {"tableLink", {kText}, false, table_link},
          {"urlQueryEscape", {kText}, false, query_escape},
          {"stripPort", {kText}, false, strip_port},
          {"stripDomain", {kText}, false, strip_domain}};
}

}  // namespace hotspot::rules::templates
