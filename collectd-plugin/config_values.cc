#include "collectd-plugin/config_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string_view>

namespace hotspot::collector {
namespace {

// Edits that make one word of the other (Levenshtein).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// What people write who know other programs' words, or this one's in part.
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
  std::string best;
  std::size_t least = key.size() / 3 + 1;
  for (const auto& [known, entry] : table) {
    const std::size_t away = distance(key, lower(known));
    if (away > least) continue;
    best = known;
    least = away;
  }
  return best;
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

std::optional<double> number_in(const ConfigItem& item) {
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

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string listed(const std::vector<std::string>& words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i)
    all += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return all;
}

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
    const std::string word = item.values.size() == 1 ? lower(value_text(item)) : "";
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
    const std::optional<double> value = number_in(item);
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
  const std::string meant = meant_by(lower(key), table);
  if (!meant.empty()) return ", did you mean '" + meant + "'?";
  const auto home = homes_.find(lower(key));
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
    const auto known = std::find_if(table.begin(), table.end(),
                                    [&](const auto& entry) { return lower(entry.first) == lower(item.key); });
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
