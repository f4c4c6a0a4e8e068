#include "actuator/rules/language/labels.h"

#include <algorithm>

namespace hotspot::rules {
namespace {

bool is_among(const std::vector<std::string>& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name, std::less<>());
}

std::shared_ptr<const Labels> shared(Labels labels) {
  return labels.empty() ? nullptr : std::make_shared<const Labels>(std::move(labels));
}

void append_quoted(std::string& text, std::string_view value) {
  text += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    if (c == '\n')
      text += "\\n";
    else
      text += c;
  }
  text += '"';
}

}  // namespace

LabelSet::LabelSet(const std::map<std::string, std::string>& labels) {
  Labels all;
  for (const auto& [name, value] : labels) {
    if (value.empty()) continue;
    if (name == kNameLabel)
      name_ = std::make_shared<const std::string>(value);
    else
      all.emplace_back(name, value);
  }
  labels_ = shared(std::move(all));
}

const Labels& LabelSet::labels() const {
  static const Labels kNone;
  return labels_ ? *labels_ : kNone;
}

std::string_view LabelSet::get(std::string_view label) const {
  if (label == kNameLabel) return name();
  for (const auto& [name, value] : labels()) {
    if (name == label) return value;
  }
  return {};
}

LabelSet LabelSet::with(std::string_view label, std::string_view value) const {
  if (label == kNameLabel) return {value.empty() ? nullptr : std::make_shared<const std::string>(value), labels_};
  Labels made;
  made.reserve(labels().size() + 1);
  bool placed = value.empty();
  for (const auto& entry : labels()) {
    if (!placed && entry.first >= label) {
      made.emplace_back(label, value);
      placed = true;
    }
    if (entry.first != label) made.push_back(entry);
  }
  if (!placed) made.emplace_back(label, value);
  return {name_, shared(std::move(made))};
}

LabelSet LabelSet::only(const std::vector<std::string>& names) const {
  Labels made;
  for (const auto& entry : labels()) {
    if (is_among(names, entry.first)) made.push_back(entry);
  }
  return {is_among(names, kNameLabel) ? name_ : nullptr, made.size() == labels().size() ? labels_ : shared(made)};
}

LabelSet LabelSet::without(const std::vector<std::string>& names) const {
  Labels made;
  for (const auto& entry : labels()) {
    if (!is_among(names, entry.first)) made.push_back(entry);
  }
  return {nullptr, made.size() == labels().size() ? labels_ : shared(made)};
}

std::map<std::string, std::string> LabelSet::map() const { return {labels().begin(), labels().end()}; }

std::string LabelSet::describe() const {
  std::string all;
  for (const auto& [name, value] : labels()) {
    all += (all.empty() ? "" : ", ") + name + "=";
    append_quoted(all, value);
  }
  return std::string(name()) + "{" + all + "}";
}

std::size_t LabelSet::hash() const {
  const auto mix = [](std::size_t hash, std::string_view more) {
    hash = (hash ^ std::hash<std::string_view>()(more)) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 29);
  };
  std::size_t hash = mix(0, name());
  for (const auto& [name, value] : labels()) hash = mix(mix(hash, name), value);
  return hash;
}

bool LabelSet::operator==(const LabelSet& other) const {
  return name() == other.name() && (labels_ == other.labels_ || labels() == other.labels());
}

bool LabelSet::operator<(const LabelSet& other) const {
  if (name() != other.name()) return name() < other.name();
  return labels() < other.labels();
}

LabelNames LabelNames::only(const LabelNames& others) const {
  LabelNames result;
  result.any = any && others.any;
  for (const std::string& name : names) {
    if (others.has(name)) result.names.insert(name);
  }
  if (any) {
    for (const std::string& name : others.names) result.names.insert(name);
  }
  return result;
}

LabelNames LabelNames::without(const LabelNames& others) const {
  LabelNames result;
  result.any = any;
  for (const std::string& name : names) {
    if (!others.names.contains(name)) result.names.insert(name);
  }
  return result;
}

LabelNames LabelNames::with(const LabelNames& others) const {
  LabelNames result = *this;
  result.any = any || others.any;
  result.names.insert(others.names.begin(), others.names.end());
  return result;
}

}  // namespace hotspot::rules
