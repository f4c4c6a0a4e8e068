// Reads single keys of the configuration: converts the values, or says what is wrong. Private to config.
//
// PURE. Values are accepted as in collectd's own plugins: numbers, true and false may be quoted, and words may be given
// in one string or in several.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectd-plugin/config.h"
#include "common/text/ascii.h"
#include "common/text/words.h"

namespace hotspot::collector {

using Setter = std::function<std::string(const ConfigItem&)>;  // a sentence if the value is wrong, or nothing

// kOnce: two different values are an error. kBlock: has keys of its own.
enum class KeyKind { kOnce, kRepeated, kBlock };
struct Key {
  KeyKind kind = KeyKind::kOnce;
  Setter set;
  Key(Setter of_one) : set(std::move(of_one)) {}  // NOLINT: most keys are of this kind
  Key(KeyKind of, Setter setter) : kind(of), set(std::move(setter)) {}
};
using Table = std::map<std::string, Key>;

Setter text(std::string& target);
Setter path(std::string& target);
Setter flag(bool& target);
Setter number(double& target, double least, double most);
Setter whole(int& target, int least, int most);
Setter seconds(std::optional<double>& target);

// One or more strings, each split at blanks.
Result<std::vector<std::string>> words_of(const ConfigItem& item);

// One of a set of words, in any case.
template <typename T>
Setter choice(T& target, std::vector<std::pair<std::string, T>> choices) {
  return [&target, choices = std::move(choices)](const ConfigItem& item) -> std::string {
    std::string word;
    if (const std::string wrong = text(word)(item); !wrong.empty()) return wrong;
    std::vector<std::string> all;
    for (const auto& [name, value] : choices) {
      if (name == text::lower_case(word)) {
        target = value;
        return "";
      }
      all.push_back(name);
    }
    return "'" + word + "' is not one of " + text::listed(all);
  };
}

// Reads blocks by their tables and collects errors. A key may be repeated in several blocks of one kind.
class KeyReader {
 public:
  // homes: for keys of other blocks, in lower case, the end of a sentence that says where they belong.
  explicit KeyReader(std::map<std::string, std::string> homes) : homes_(std::move(homes)) {}
  void read(const ConfigItem& block, const std::string& where, const Table& table);
  void add_error(const std::string& text) { errors_.push_back("hotspot plugin: " + text); }
  std::vector<std::string> take_errors() { return std::exchange(errors_, {}); }
  bool was_given(const std::string& where, const std::string& key) const { return given_.contains({where, key}); }

 private:
  std::string wrong_with(const ConfigItem& item, const Key& key) const;
  std::string unknown(const std::string& key, const Table& table) const;

  std::map<std::string, std::string> homes_;
  std::map<std::pair<std::string, std::string>, std::string> given_;  // by block and key: the value as written
  std::vector<std::string> errors_;
};

}  // namespace hotspot::collector
