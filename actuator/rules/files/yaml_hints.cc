#include "actuator/rules/files/yaml_hints.h"

#include <algorithm>
#include <string>

#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/wording.h"

namespace hotspot::rules {
namespace {

// How many lines above the position where YAML parsing failed the mistake may be.
constexpr int kLinesBack = 4;

std::string_view without_comment(std::string_view line) {
  const std::size_t comment = line.find(" #");
  line = line.substr(0, comment);
  return line.substr(0, line.find_last_not_of(" \t\r\n") + 1);
}

// "  - for: 5m": the position of the key within the line.
struct KeyInLine {
  std::size_t begin = 0, end = 0;
  std::string_view value;  // after the colon, trimmed
};

std::optional<KeyInLine> key_in_line(std::string_view line) {
  std::size_t begin = line.find_first_not_of(' ');
  while (begin != std::string_view::npos && line.substr(begin).starts_with("- "))
    begin = line.find_first_not_of(' ', begin + 1);
  if (begin == std::string_view::npos) return std::nullopt;
  std::size_t end = begin;
  while (end < line.size() && (is_letter(line[end]) || is_digit(line[end]) || line[end] == '_')) ++end;
  if (end == begin || end >= line.size() || line[end] != ':') return std::nullopt;
  if (end + 1 < line.size() && line[end + 1] != ' ') return std::nullopt;
  const std::string_view value = without_comment(line.substr(end + 1));
  const std::size_t first = value.find_first_not_of(' ');
  return KeyInLine{begin, end, first == std::string_view::npos ? std::string_view() : value.substr(first)};
}

// Where "{{" begins a value without a quote before it.
std::optional<std::size_t> bare_template(std::string_view line) {
  for (std::size_t at = line.find("{{"); at != std::string_view::npos; at = line.find("{{", at + 2)) {
    const std::string_view before = line.substr(0, at);
    if (before.find_first_of("\"'#") != std::string_view::npos) return std::nullopt;
    const std::size_t last = before.find_last_not_of(' ');
    if (last != std::string_view::npos && last + 1 < at && (before[last] == ':' || before[last] == '-')) return at;
  }
  return std::nullopt;
}

std::optional<YamlProblem> slip_of_template(const SourceText& source, int line) {
  for (int number = line; number > 0 && number > line - kLinesBack; --number) {
    const std::string_view text = source.line(number);
    if (const auto at = bare_template(text))
      return template_without_quotes(source.text(), static_cast<std::size_t>(text.data() - source.text().data()) + *at);
  }
  return std::nullopt;
}

std::optional<YamlProblem> slip_of_indentation(const SourceText& source, int line) {
  const std::string_view text = source.line(line);
  const auto key = key_in_line(text);
  if (!key) return std::nullopt;
  for (int number = line - 1; number > 0; --number) {
    const std::string_view above = source.line(number);
    if (without_comment(above).empty() || above.substr(above.find_first_not_of(' ')).starts_with("#")) continue;
    const auto other = key_in_line(above);
    // After a key without a value, or with a block scalar, other columns are correct.
    if (!other || other->begin == key->begin) return std::nullopt;
    const bool further = key->begin > other->begin;
    if (further && (other->value.empty() || other->value.starts_with("|") || other->value.starts_with(">")))
      return std::nullopt;
    const auto name = [](std::string_view of, const KeyInLine& one) {
      return quoted(std::string(of.substr(one.begin, one.end - one.begin)));
    };
    return YamlProblem{static_cast<std::size_t>(text.data() - source.text().data()) + key->begin,
                       name(text, *key) + " is indented " + (further ? "further" : "less") + " than " +
                           name(above, *other) + " above it; the keys of one mapping begin in the same column",
                       ""};
  }
  return std::nullopt;
}

// summary: "web1" is hot
std::optional<YamlProblem> slip_of_quote(const SourceText& source, int line) {
  for (int number = line; number > 0 && number > line - 2; --number) {
    const std::string_view text = source.line(number);
    const auto key = key_in_line(text);
    if (!key || key->value.size() < 2 || (key->value[0] != '"' && key->value[0] != '\'')) continue;
    const char quote = key->value[0];
    const std::size_t closing = key->value.find(quote, 1);
    if (closing == std::string_view::npos || closing + 1 >= key->value.size()) continue;
    if (key->value.find(quote, closing + 1) == closing + 1) continue;  // '' within quotes
    const std::size_t begin = static_cast<std::size_t>(key->value.data() - source.text().data());
    return YamlProblem{begin, "nothing may follow the closing quote of a text; put quotes around the whole value",
                       in_quotes(source.text(), begin)};
  }
  return std::nullopt;
}

// expr: {__name__="x"} > 1
std::optional<YamlProblem> slip_of_brace(const SourceText& source, int line) {
  const std::string_view text = source.line(line);
  const auto key = key_in_line(text);
  if (!key || !key->value.starts_with("{")) return std::nullopt;
  const std::string_view name = text.substr(key->begin, key->end - key->begin);
  if (name != "expr" && name != "until") return std::nullopt;
  const auto begin = static_cast<std::size_t>(key->value.data() - source.text().data());
  return YamlProblem{begin, "an expression that begins with '{' needs quotes, or YAML takes it for a mapping",
                     in_quotes(source.text(), begin)};
}

}  // namespace

std::string in_quotes(std::string_view text, std::size_t from) {
  const std::string_view value = without_comment(text.substr(from, text.find('\n', from) - from));
  if (value.find_first_of("\"\\") == std::string_view::npos) return '"' + std::string(value) + '"';
  std::string result = "'";
  for (const char c : value) {
    if (c == '\'') result += '\'';
    result += c;
  }
  return result + "'";
}

YamlProblem template_without_quotes(std::string_view text, std::size_t braces) {
  const std::size_t line_begin = text.rfind('\n', braces) == std::string_view::npos ? 0 : text.rfind('\n', braces) + 1;
  const std::string_view before = text.substr(line_begin, braces - line_begin);
  const bool in_flow = before.find_first_of("{[") != std::string_view::npos;
  return {braces, "a text that begins with '{{' needs quotes, or YAML takes it for a mapping",
          in_flow ? "" : in_quotes(text, braces)};
}

std::optional<YamlProblem> probable_slip(const SourceText& source, std::size_t at, std::string_view what_yaml_says) {
  const int line = source.position(at).line;
  if (auto found = slip_of_template(source, line)) return found;
  if (auto found = slip_of_brace(source, line)) return found;
  const bool misplaced = what_yaml_says == "illegal map value" || what_yaml_says == "end of map not found" ||
                         what_yaml_says == "end of sequence not found";
  if (!misplaced) return std::nullopt;
  if (auto found = slip_of_indentation(source, line)) return found;
  return slip_of_quote(source, line);
}

}  // namespace hotspot::rules
