// Reads the mappings of hotspotd.yaml by tables of key ▶ setter. Each error becomes a diagnostic, and reading
// continues.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "actuator/rules/language/diagnostic.h"

namespace hotspot::daemon {

class ConfigReader {
 public:
  using Setter = std::function<std::string(const std::string& text)>;  // returns the error as a sentence, "" for none
  using Scalars = std::map<std::string, Setter>;
  using Reads = std::map<std::string, std::function<void(const YAML::Node&)>>;  // keys with a reader of their own

  // lists: the keys that may have several values; the setter is called for each.
  ConfigReader(std::string file, std::set<std::string> lists) : file_(std::move(file)), lists_(std::move(lists)) {}

  const std::string& file() const { return file_; }
  static rules::Position position_of(const YAML::Mark& mark);
  void complain(const YAML::Mark& mark, std::string message, std::string suggestion = "");
  // The keys that a mapping may have.
  struct Keys {
    Scalars scalars = {};
    std::map<std::string, Scalars> sections = {};
    Reads others = {};
  };
  void read(const YAML::Node& node, const std::string& where, const Keys& keys);

  std::size_t diagnostics() const { return diagnostics_.size(); }
  std::vector<rules::Diagnostic> take_diagnostics() { return std::move(diagnostics_); }

 private:
  void read_scalar(const YAML::Node& node, const std::string& key, const Setter& set);

  std::string file_;
  std::set<std::string> lists_;
  std::vector<rules::Diagnostic> diagnostics_;
};

}  // namespace hotspot::daemon
