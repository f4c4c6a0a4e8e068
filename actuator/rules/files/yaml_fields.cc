#include "actuator/rules/files/yaml_fields.h"

#include <algorithm>

#include "actuator/rules/files/yaml_hints.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::rules {
void Complaints::at(std::size_t offset, TextProblem problem) {
  all_.push_back(
      {path_, source_.position(offset), problem.severity, std::move(problem.message), std::move(problem.suggestion)});
}

void Complaints::error(const YamlNode& node, std::string message, std::string suggestion) {
  at(node.offset, {0, std::move(message), std::move(suggestion), Severity::kError});
}

void Complaints::warn(const YamlNode& node, std::string message, std::string suggestion) {
  at(node.offset, {0, std::move(message), std::move(suggestion), Severity::kWarning});
}

void Complaints::inside(const YamlNode& scalar, TextProblem problem) {
  const std::size_t offset = source_offset(source_, scalar, problem.offset);
  at(offset, std::move(problem));
}

bool Complaints::is_bare_template(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::kMap || !source_.text().substr(node.offset).starts_with("{{")) return false;
  YamlProblem problem = template_without_quotes(source_.text(), node.offset);
  at(problem.offset, {0, std::move(problem.message), std::move(problem.suggestion)});
  return true;
}

const char* describe(YamlNode::Kind kind) {
  YamlNode node;
  node.kind = kind;
  return describe(node);
}

Fields::Fields(const YamlNode& map, std::string what, std::initializer_list<std::string_view> known,
               Complaints& complaints)
    : map_(map), what_(std::move(what)), complaints_(complaints) {
  set_map(map, known);
}

void Fields::set_map(const YamlNode& map, std::initializer_list<std::string_view> known) {
  const YamlNode* merged = nullptr;
  for (const auto& [key, value] : map.entries) {
    if (key->kind != YamlNode::Kind::kScalar) {
      complaints_.error(*key, std::string("a key must be a word, this is ") + describe(*key));
    } else if (key->plain && key->text == "<<") {
      merged = value.get();
    } else if (std::find(known.begin(), known.end(), key->text) == known.end()) {
      unknown(*key, known);
    } else if (const auto [place, is_new] = entries_.try_emplace(key->text, Entry{key, value}); !is_new) {
      complaints_.error(*key, "duplicate key " + quoted(key->text) + ", first in line " +
                                  std::to_string(complaints_.position(*place->second.key).line));
    }
  }
  if (merged != nullptr) merge(*merged, known);
}

// YAML's merge key: keys that the mapping itself does not have come from another mapping, or from several.
void Fields::merge(const YamlNode& value, std::initializer_list<std::string_view> known) {
  if (value.kind == YamlNode::Kind::kList) {
    for (const YamlNodePtr& item : value.items) {
      if (item->kind == YamlNode::Kind::kMap)
        merge(*item, known);
      else
        complaints_.error(*item, std::string("'<<' needs mappings, this is ") + describe(*item));
    }
    return;
  }
  if (value.kind != YamlNode::Kind::kMap) {
    return complaints_.error(value, std::string("'<<' needs a mapping, this is ") + describe(value));
  }
  for (const auto& [key, inner] : value.entries) {
    if (key->kind != YamlNode::Kind::kScalar) continue;
    if (std::find(known.begin(), known.end(), key->text) == known.end())
      unknown(*key, known);
    else
      entries_.try_emplace(key->text, Entry{key, inner});
  }
}

void Fields::unknown(const YamlNode& key, std::initializer_list<std::string_view> known) {
  TextProblem problem =
      unknown_word({.what = "key", .word = key.text, .where = " in " + what_}, {known.begin(), known.end()});
  mistyped_.insert(problem.suggestion);
  complaints_.inside(key, std::move(problem));
}

const YamlNode* Fields::key(std::string_view key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second.key.get();
}

const YamlNode* Fields::find(std::string_view key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second.value.get();
}

const YamlNode* Fields::of_kind(std::string_view key, YamlNode::Kind kind) const {
  const YamlNode* node = find(key);
  if (node == nullptr || node->kind == kind) return node;
  if (node->kind == YamlNode::Kind::kNull) {
    complaints_.error(*this->key(key), quoted(key) + " has no value");
  } else {
    complain_of_kind(key, *node, kind);
  }
  return nullptr;
}

void Fields::complain_of_kind(std::string_view key, const YamlNode& node, YamlNode::Kind kind) const {
  const std::string_view text = complaints_.source().text();
  if (kind == YamlNode::Kind::kScalar && complaints_.is_bare_template(node)) return;
  if (kind == YamlNode::Kind::kScalar && node.kind == YamlNode::Kind::kMap && (key == "expr" || key == "until") &&
      text.substr(node.offset).starts_with("{")) {
    return complaints_.error(node, "an expression that begins with '{' needs quotes, or YAML takes it for a mapping",
                             in_quotes(text, node.offset));
  }
  std::string suggestion, more;
  if (kind == YamlNode::Kind::kList && key == "remedy") {
    if (node.kind == YamlNode::Kind::kScalar && node.text.size() < 40) suggestion = "[" + node.text + "]";
    if (node.kind == YamlNode::Kind::kMap) more = "; each remedy begins with '- '";
  }
  complaints_.error(node, quoted(key) + " must be " + describe(kind) + ", this is " + describe(node) + more,
                    suggestion);
}

// A key without a value counts as missing, as in Prometheus; but it was hardly intended.
void Fields::drop_empty(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.value->kind != YamlNode::Kind::kNull) continue;
    complaints_.warn(*found->second.key, quoted(key) + " has no value: it counts as left out");
    entries_.erase(found);
  }
}

const YamlNode* Fields::list(std::string_view key) const { return of_kind(key, YamlNode::Kind::kList); }
const YamlNode* Fields::mapping(std::string_view key) const { return of_kind(key, YamlNode::Kind::kMap); }
const YamlNode* Fields::text(std::string_view key) const { return of_kind(key, YamlNode::Kind::kScalar); }

std::optional<int> Fields::number(std::string_view key) const {
  const YamlNode* node = text(key);
  if (node == nullptr) return std::nullopt;
  if (!node->plain) {
    complaints_.error(*node, quoted(key) + " is a number and stands without quotes", node->text);
    return std::nullopt;
  }
  return read<int>(key, parse_whole_number);
}

}  // namespace hotspot::rules
