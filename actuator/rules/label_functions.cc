// label_replace, label_join, and the labels of what is absent.
#include <algorithm>

#include "actuator/rules/characters.h"
#include "actuator/rules/operations.h"

namespace hotspot::rules {
namespace {

// One replacement in the other could double a text without end.
constexpr std::size_t kMaxLabel = 65536;

Error too_long(const std::string& label) { return {"the label '" + label + "' would be longer than 64 KiB"}; }

bool is_word(char c) { return begins_name(c) || is_digit(c); }

// What a group's number or name took; "" for one that is not there.
std::string_view group_text(const Regex& regex, const std::vector<std::string_view>& groups, std::string_view name) {
  const bool is_number = std::all_of(name.begin(), name.end(), is_digit);
  if (is_number) {
    if (name.size() > 4) return {};
    const auto index = static_cast<std::size_t>(std::stoi(std::string(name)));
    return index < groups.size() ? groups[index] : std::string_view();
  }
  const auto& names = regex.group_names();
  const auto known = std::find(names.begin(), names.end(), name);
  return known == names.end() ? std::string_view() : groups[static_cast<std::size_t>(known - names.begin()) + 1];
}

std::string expand(const LabelReplace& how, const std::vector<std::string_view>& groups) {
  const std::string_view text = how.replacement;
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$' || at + 1 == text.size()) {
      made += text[at++];
      continue;
    }
    if (text[at + 1] == '$') {
      made += '$';
      at += 2;
      continue;
    }
    const bool braces = text[at + 1] == '{';
    const std::size_t begin = at + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end == begin || (braces && (end == text.size() || text[end] != '}'))) {
      made += text[at++];
      continue;
    }
    made += group_text(how.regex, groups, text.substr(begin, end - begin));
    at = end + (braces ? 1 : 0);
  }
  return made;
}

Result<Vector> unique(Vector elements, const char* function) {
  if (const Element* repeated = find_repeated(elements)) {
    return Error{std::string(function) + " gives two values the labels " + repeated->labels.describe()};
  }
  return elements;
}

}  // namespace

bool is_label_name(std::string_view name) {
  return !name.empty() && begins_name(name[0]) && std::all_of(name.begin(), name.end(), is_word);
}

Result<Vector> label_replace(const LabelReplace& how, Vector input) {
  if (!is_label_name(how.target)) return Error{"'" + how.target + "' is not a name for a label"};
  for (Element& element : input) {
    const std::string source(element.labels.get(how.source));
    if (const auto groups = how.regex.captures(source)) {
      const std::string made = expand(how, *groups);
      if (made.size() > kMaxLabel) return too_long(how.target);
      element.labels = element.labels.with(how.target, made);
    }
  }
  return unique(std::move(input), "label_replace");
}

Result<Vector> label_join(const std::string& target, const std::string& separator,
                          const std::vector<std::string>& sources, Vector input) {
  for (const std::string& name : sources) {
    if (!is_label_name(name)) return Error{"'" + name + "' is not a name for a label"};
  }
  if (!is_label_name(target)) return Error{"'" + target + "' is not a name for a label"};
  for (Element& element : input) {
    std::string joined;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      joined += (i > 0 ? separator : "") + std::string(element.labels.get(sources[i]));
    }
    if (joined.size() > kMaxLabel) return too_long(target);
    element.labels = element.labels.with(target, joined);
  }
  return unique(std::move(input), "label_join");
}

LabelSet absent_labels(const Expression& argument) {
  LabelSet labels;
  const auto* selector = std::get_if<Selector>(&argument.what);
  if (selector == nullptr || selector->timing.at || selector->timing.at_query) return labels;
  std::vector<std::string_view> asked;
  for (const LabelMatcher& matcher : selector->matchers) {
    const std::string& name = matcher.name.text;
    if (name == kNameLabel) continue;
    const bool is_first = std::find(asked.begin(), asked.end(), name) == asked.end();
    if (matcher.op == LabelMatcher::Op::kEqual && is_first) {
      labels = labels.with(name, matcher.value.text);
      asked.push_back(name);
    } else {
      labels = labels.with(name, "");
    }
  }
  return labels;
}

}  // namespace hotspot::rules
