// Reads a YAML mapping with known keys, and complains about what is wrong in it.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/files/yaml_tree.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/quantity.h"

namespace hotspot::rules {

// Collects the problems of one file.
class Complaints {
 public:
  Complaints(std::string path, std::string_view text, std::vector<Diagnostic>& all)
      : path_(std::move(path)), source_(text), all_(all) {}

  const SourceText& source() const { return source_; }
  const std::string& path() const { return path_; }
  Position position(const YamlNode& node) const { return source_.position(node.offset); }
  void error(const YamlNode& node, std::string message, std::string suggestion = "");
  void warn(const YamlNode& node, std::string message, std::string suggestion = "");
  void at(std::size_t offset, TextProblem problem);  // a byte of the file
  // Adds a problem within the text of a scalar.
  void inside(const YamlNode& scalar, TextProblem problem);
  // "summary: {{ … }}" without quotes is a mapping in YAML; complains if this is one.
  bool is_bare_template(const YamlNode& node);

 private:
  std::string path_;
  SourceText source_;
  std::vector<Diagnostic>& all_;
};

class Fields {
 public:
  // Complains about unknown and repeated keys. `what` is for people: "a rule".
  Fields(const YamlNode& map, std::string what, std::initializer_list<std::string_view> known, Complaints& complaints);

  const YamlNode& map() const { return map_; }
  bool has(std::string_view key) const { return find(key) != nullptr; }
  // Neither present nor mistyped, which has a complaint of its own.
  bool misses(std::string_view key) const { return !has(key) && !mistyped_.contains(key); }
  const YamlNode* key(std::string_view key) const;  // the position of the key itself
  const YamlNode* find(std::string_view key) const;
  // The value, if it is present and of this kind; complains if it is of another kind.
  const YamlNode* list(std::string_view key) const;
  const YamlNode* mapping(std::string_view key) const;
  const YamlNode* text(std::string_view key) const;
  // The value of a scalar, read by `parse`; passes on its complaint.
  template <typename T>
  std::optional<T> read(std::string_view key, Parsed<T> (*parse)(std::string_view)) const {
    const YamlNode* node = text(key);
    if (node == nullptr) return std::nullopt;
    Parsed<T> parsed = parse(node->text);
    if (parsed) return std::move(parsed).value();
    complaints_.inside(*node, parsed.error());
    return std::nullopt;
  }
  // A whole number without quotes.
  std::optional<int> number(std::string_view key) const;
  // Treats those of these keys that have no value as missing, with a warning.
  void drop_empty(std::initializer_list<std::string_view> keys);

 private:
  struct Entry {
    YamlNodePtr key, value;
  };
  void set_map(const YamlNode& map, std::initializer_list<std::string_view> known);
  void merge(const YamlNode& value, std::initializer_list<std::string_view> known);
  void unknown(const YamlNode& key, std::initializer_list<std::string_view> known);
  const YamlNode* of_kind(std::string_view key, YamlNode::Kind kind) const;
  void complain_of_kind(std::string_view key, const YamlNode& node, YamlNode::Kind kind) const;

  const YamlNode& map_;
  std::string what_;
  Complaints& complaints_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::set<std::string, std::less<>> mistyped_;  // known keys that resemble unknown ones
};

// "a list", … for messages about a wanted kind.
const char* describe(YamlNode::Kind kind);

}  // namespace hotspot::rules
