// `external_labels` and `external_url` of hotspotd.yaml: $externalLabels and $externalURL in the templates of rules.
// Prometheus' names for them are global.external_labels and --web.external-url.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "actuator/daemon/config_reader.h"

namespace hotspot::daemon {

// Reads a mapping of label names to texts and replaces `labels`; each error becomes a diagnostic.
std::function<void(const YAML::Node&)> external_labels_into(ConfigReader& reader,
                                                            std::map<std::string, std::string>& labels);

// The sentences of errors in a URL of http or https, which must have no user, query or fragment.
struct UrlWords {
  std::string instead;   // a correct example
  std::string no_user;   // why a user is not allowed, or where it is set instead
  std::string no_query;  // why a query is not allowed
};
std::string url_problem(const std::string& url, const UrlWords& words);

// A complete URL of http or https. As in Prometheus, trailing slashes are removed.
ConfigReader::Setter external_url_into(std::string& target);

}  // namespace hotspot::daemon
