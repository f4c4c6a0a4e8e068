#include "collectd-plugin/config_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string_view>

#include "common/text/ascii.h"
#include "common/text/nearest.h"

namespace hotspot::collector {
namespace {

// Keys of other programs, and abbreviations of keys of this one.
constexpr std::array<std::pair<const char*, const char*>, 8> kOtherWords{{{"password", "PasswordFile"},
                                                                          {"passwd", "PasswordFile"},
                                                                          {"sentinelpassword", "SentinelPasswordFile"},
                                                                          {"username", "User"},
                                                                          {"server", "Host"},
                                                                          {"hostname", "Host"},
                                                                          {"uri", "Connection"},
                                                                          {"url", "Connection"}}};

std::string meant_by(const std::string& key, const Table& table) {
  for (const auto& [other, ours] : kOtherWords)
    if (key == other && table.contains(ours)) return ours;
  std::map<std::string, std::string> in_lower_case;
  for (const auto& [known, entry] : table) in_lower_case.emplace(text::lower_case(known), known);
  std::vector<std::string_view> candidates;
  for (const auto& [lower, known] : in_lower_case) candidates.push_back(lower);
  const std::string near = text::nearest(key, candidates);
  return near.empty() ? "" : in_lower_case.at(near);
}

std::string number_text(double value) {
  std::ostringstream text;
  text << std::setprecision(10) << value;
  return text.str();
}

std::string value_text(const ConfigItem& item) {
  std::string text;
  for (const auto& value : item.values) {
    if (!text.empty()) text += ' ';
    if (const auto* word = std::get_if<std::string>(&value)) text += *word;
    if (const auto* one = std::get_if<double>(&value)) text += number_text(*one);
    if (const auto* one = std::get_if<bool>(&value)) text += *one ? "true" : "false";
  }
  return text;
}

std::optional<double> plain_number(const ConfigItem& item) {
  if (item.values.size() != 1) return std::nullopt;
  if (const auto* value = std::get_if<double>(&item.values[0])) return *value;
  const auto* word = std::get_if<std::string>(&item.values[0]);
  if (word == nullptr) return std::nullopt;
  double value = 0;
  const char* end = word->data() + word->size();
  const auto parsed = std::from_chars(word->data(), end, value);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(value) : std::nullopt;
}

}  // namespace

Setter text(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    const auto* value = item.values.size() == 1 ? std::get_if<std::string>(&item.values[0]) : nullptr;
    if (value == nullptr) return "takes one string in quotation marks";
    target = *value;
    return "";
  };
}

Setter path(std::string& target) {
  return [&target](const ConfigItem& item) -> std::string {
    if (const std::string wrong = text(target)(item); !wrong.empty()) return wrong;
    if (target.empty() || target.ends_with('/')) return "takes the path of a file";
    return "";
  };
}

Setter flag(bool& target) {
  return [&target](const ConfigItem& item) -> std::string {
    const std::string word = item.values.size() == 1 ? text::lower_case(value_text(item)) : "";
    if (word == "true" || word == "yes" || word == "on")
      target = true;
    else if (word == "false" || word == "no" || word == "off")
      target = false;
    else
      return "takes true or false";
    return "";
  };
}

Setter number(double& target, double least, double most) {
  return [=, &target](const ConfigItem& item) -> std::string {
    const std::optional<double> value = plain_number(item);
    if (!value) return "takes one number";
    if (!(*value >= least && *value <= most)) return "must be from " + number_text(least) + " to " + number_text(most);
    target = *value;
    return "";
  };
}

Setter whole(int& target, int least, int most) {
  return [=, &target](const ConfigItem& item) -> std::string {
    double value = 0;
    if (const std::string wrong = number(value, least, most)(item); !wrong.empty()) return wrong;
    if (value != std::floor(value)) return "must be a whole number";
    target = static_cast<int>(value);
    return "";
  };
}

Setter seconds(std::optional<double>& target) {
  return [&target](const ConfigItem& item) -> std::string {
    double value = 0;
    const std::string wrong = number(value, 0, 86'400)(item);
    if (wrong.empty()) target = value;
    return wrong;
  };
}

Result<std::vector<std::string>> words_of(const ConfigItem& item) {
  std::vector<std::string> words;
  for (const auto& value : item.values) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return Error{"takes words, and '" + value_text(item) + "' has something else"};
    std::istringstream each(*text);
    for (std::string word; each >> word;) words.push_back(word);
  }
  if (item.values.empty()) return Error{"takes one or more words"};
  return words;
}

std::string KeyReader::unknown(const std::string& key, const Table& table) const {
  const std::string meant = meant_by(text::lower_case(key), table);
  if (!meant.empty()) return ", did you mean '" + meant + "'?";
  const auto home = homes_.find(text::lower_case(key));
  return home == homes_.end() ? "" : ": it stands in " + home->second;
}

std::string KeyReader::wrong_with(const ConfigItem& item, const Key& key) const {
  if (key.kind == KeyKind::kBlock && !item.values.empty())
    return "is a block without a name: <" + item.key + ">, its keys, </" + item.key + ">";
  if (key.kind != KeyKind::kBlock && !item.children.empty()) return "is no block: its value stands behind it";
  return key.set(item);
}

void KeyReader::read(const ConfigItem& block, const std::string& where, const Table& table) {
  for (const ConfigItem& item : block.children) {
    const auto known = std::find_if(table.begin(), table.end(), [&](const auto& entry) {
      return text::lower_case(entry.first) == text::lower_case(item.key);
    });
    if (known == table.end()) {
      add_error("unknown key '" + item.key + "' in " + where + unknown(item.key, table));
      continue;
    }
    const auto& [name, key] = *known;
    if (const std::string wrong = wrong_with(item, key); !wrong.empty()) {
      add_error(name + " in " + where + ": " + wrong);
      continue;
    }
    const auto [before, is_first] = given_.try_emplace({where, name}, value_text(item));
    if (key.kind == KeyKind::kOnce && !is_first && before->second != value_text(item))
      add_error(name + " in " + where + " is given twice, as '" + before->second + "' and as '" + value_text(item) +
                "': keep one of them");
  }
}

}  // namespace hotspot::collector
