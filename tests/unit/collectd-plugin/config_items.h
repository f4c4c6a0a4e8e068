// Configurations as collectd hands them over, for the tests of the plugin's.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "collectd-plugin/config.h"

namespace hotspot::collector {

using Word = std::variant<std::string, double, bool>;

inline ConfigItem item(const std::string& key, const Word& value) {
  return {.key = key, .values = {value}, .children = {}};
}
inline ConfigItem block(const std::string& key, std::vector<ConfigItem> children) {
  return {.key = key, .values = {}, .children = std::move(children)};
}
inline CheckedConfig check(std::vector<ConfigItem> children) {
  return check_config(block("Plugin", std::move(children)));
}
// std::string first: a literal would become a bool.
inline Word text(const char* value) { return std::string(value); }

}  // namespace hotspot::collector
