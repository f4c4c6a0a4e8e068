#include "actuator/daemon/config_reader.h"

#include <algorithm>

#include "common/text/nearest.h"

namespace hotspot::daemon {

rules::Position ConfigReader::position_of(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

void ConfigReader::complain(const YAML::Mark& mark, std::string message, std::string suggestion) {
  diagnostics_.push_back(
      {file_, position_of(mark), rules::Severity::kError, std::move(message), std::move(suggestion)});
}

void ConfigReader::read(const YAML::Node& node, const std::string& where, const Keys& keys) {
  if (node.IsNull()) return;
  if (!node.IsMap()) return complain(node.Mark(), where + " must be a mapping of keys to values");
  std::set<std::string> seen;
  for (const auto& pair : node) {
    const std::string key = pair.first.IsScalar() ? pair.first.Scalar() : "";
    if (!seen.insert(key).second) complain(pair.first.Mark(), "key '" + key + "' is there twice");
    const auto section = keys.sections.find(key);
    // `history` may be a single value or a section.
    const bool is_section = section != keys.sections.end() && pair.second.IsMap();
    if (const auto scalar = keys.scalars.find(key); scalar != keys.scalars.end() && !is_section) {
      read_scalar(pair.second, key, scalar->second);
    } else if (section != keys.sections.end()) {
      read(pair.second, "'" + key + "'", {.scalars = section->second});
    } else if (const auto other = keys.others.find(key); other != keys.others.end()) {
      other->second(pair.second);
    } else {
      std::vector<std::string_view> known;
      for (const auto& [name, setter] : keys.scalars) known.push_back(name);
      for (const auto& [name, section_keys] : keys.sections) known.push_back(name);
      for (const auto& [name, read_it] : keys.others) known.push_back(name);
      complain(pair.first.Mark(), "unknown key '" + key + "' in " + where, text::nearest(key, known));
    }
  }
}

void ConfigReader::read_scalar(const YAML::Node& node, const std::string& key, const Setter& set) {
  if (node.IsSequence() && lists_.contains(key)) {
    for (const auto& item : node) read_scalar(item, key, set);
    return;
  }
  if (!node.IsScalar()) return complain(node.Mark(), "'" + key + "' must be one value");
  if (const std::string problem = set(node.Scalar()); !problem.empty()) {
    complain(node.Mark(), "'" + key + "': " + problem);
  }
}

}  // namespace hotspot::daemon
