#include "actuator/daemon/config_external.h"

#include <algorithm>
#include <string_view>

#include "actuator/rules/language/characters.h"

namespace hotspot::daemon {
namespace {

void read_labels(ConfigReader& reader, const YAML::Node& node, std::map<std::string, std::string>& labels) {
  labels.clear();
  if (node.IsNull()) return;
  if (!node.IsMap()) return reader.complain(node.Mark(), "'external_labels' must be a mapping of label names to texts");
  for (const auto& pair : node) {
    const std::string name = pair.first.IsScalar() ? pair.first.Scalar() : "";
    if (!rules::is_label_name(name)) {
      reader.complain(pair.first.Mark(),
                      "'" + name + "' is no name of a label: letters, digits and '_', no digit first");
    } else if (labels.contains(name)) {
      reader.complain(pair.first.Mark(), "label '" + name + "' is there twice");
    } else if (!pair.second.IsScalar() && !pair.second.IsNull()) {
      reader.complain(pair.second.Mark(), "label '" + name + "' must be one text");
    } else {
      labels[name] = pair.second.IsNull() ? "" : pair.second.Scalar();
    }
  }
}

const UrlWords kExternalUrl{.instead = "https://hotspot.example.net/",
                            .no_user = "everybody who sees what fires would see them",
                            .no_query = "templates add to it"};

}  // namespace

std::string url_problem(const std::string& url, const UrlWords& words) {
  std::string_view rest = url;
  const bool known = rest.starts_with("http://") || rest.starts_with("https://");
  if (known) rest.remove_prefix(rest.find("//") + 2);
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  if (!known || host.empty() || host.front() == ':')
    return "'" + url + "' is no whole URL; write for instance " + words.instead;
  const bool printable = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '"'; });
  if (!printable) return "'" + url + "' has characters that a URL writes as %XX";
  if (host.find('@') != std::string_view::npos) return "there must be no user or password in it: " + words.no_user;
  if (rest.find_first_of("?#") != std::string_view::npos)
    return "'" + url + "' must end with its path: " + words.no_query;
  return "";
}

std::function<void(const YAML::Node&)> external_labels_into(ConfigReader& reader,
                                                            std::map<std::string, std::string>& labels) {
  return [&reader, &labels](const YAML::Node& node) { read_labels(reader, node, labels); };
}

ConfigReader::Setter external_url_into(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    if (std::string problem = text.empty() ? "" : url_problem(text, kExternalUrl); !problem.empty()) return problem;
    target = text;
    while (target.ends_with('/')) target.pop_back();
    return "";
  };
}

}  // namespace hotspot::daemon
