// `external_labels` and `external_url` of hotspotd.yaml: what templates of rules see as $externalLabels and
// $externalURL. Prometheus has them as global.external_labels and --web.external-url.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "actuator/daemon/config_reader.h"

namespace hotspot::daemon {

// Reads a mapping of label names to texts, in place of what `labels` holds; whatever does not fit becomes a diagnostic.
std::function<void(const YAML::Node&)> external_labels_into(ConfigReader& reader,
                                                            std::map<std::string, std::string>& labels);

// What is wrong with a URL of http or https without user, query and fragment; empty if nothing is.
struct UrlWords {
  std::string instead;   // one that is right
  std::string no_user;   // why there is none in it, or where it stands
  std::string no_query;  // why it ends with its path
};
std::string url_problem(const std::string& url, const UrlWords& words);

// A whole URL of http or https. As in Prometheus, it is kept without the slashes at its end.
ConfigReader::Setter external_url_into(std::string& target);

}  // namespace hotspot::daemon
