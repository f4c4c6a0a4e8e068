#include "actuator/daemon/config_graphite.h"

#include <algorithm>
#include <string_view>

#include "actuator/daemon/config_external.h"

namespace hotspot::daemon {
namespace {

constexpr std::string_view kEventsPath = "/events/";
const UrlWords kEventsUrl{.instead = "http://graphite.example.net:8080/events/",
                          .no_user = "'user' and 'password_file' say them",
                          .no_query = "there graphite-web takes events"};

ConfigReader::Setter text_into(std::string& target) {
  return [&target](const std::string& text) {
    target = text;
    return std::string();
  };
}

ConfigReader::Setter events_into(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    if (std::string problem = url_problem(text, kEventsUrl); !problem.empty()) return problem;
    if (!text.ends_with(kEventsPath)) return "'" + text + "' must end with /events/: there graphite-web takes them";
    target = text;
    return "";
  };
}

ConfigReader::Setter escape_into(char& target) {
  return [&target](const std::string& text) -> std::string {
    const bool fits =
        text.size() == 1 && text[0] > ' ' && text[0] < '\x7f' && text[0] != '.' && text[0] != ',' && text[0] != '"';
    if (!fits)
      return "'" + text +
             "' is not one character that may be in a name; write what EscapeCharacter of write_graphite is";
    target = text[0];
    return "";
  };
}

}  // namespace

ConfigReader::Scalars graphite_keys(io::GraphiteOptions& graphite) {
  return {{"events", events_into(graphite.http.url)},
          {"user", text_into(graphite.http.user)},
          {"password_file", text_into(graphite.password_file)},
          {"ca_file", text_into(graphite.http.ca_file)},
          {"escape", escape_into(graphite.escape)}};
}

std::string graphite_problem(const io::GraphiteOptions& graphite) {
  const bool is_set = !graphite.http.user.empty() || !graphite.password_file.empty() || !graphite.http.ca_file.empty();
  if (graphite.http.url.empty()) return is_set ? "'graphite' has no 'events', the address to write to" : "";
  if (graphite.http.user.empty() != graphite.password_file.empty())
    return "'user' and 'password_file' of 'graphite' go together: name both";
  if (!graphite.http.ca_file.empty() && !graphite.http.url.starts_with("https://"))
    return "'ca_file' of 'graphite' is for https, and 'events' is http";
  return "";
}

}  // namespace hotspot::daemon
