// label_replace, label_join, and the labels for absent().
#include <algorithm>

#include "actuator/rules/evaluate/operations.h"
#include "actuator/rules/language/characters.h"

namespace hotspot::rules {
namespace {

// Nested replacements could double a text without end.
constexpr std::size_t kMaxLabel = 65536;

Error too_long(const std::string& label) { return {"the label '" + label + "' would be longer than 64 KiB"}; }

Result<Vector> unique(Vector elements, const char* function) {
  if (const Element* repeated = find_repeated(elements)) {
    return Error{std::string(function) + " gives two values the labels " + repeated->labels.describe()};
  }
  return elements;
}

}  // namespace

Result<Vector> label_replace(const LabelReplace& how, Vector input) {
  if (!is_label_name(how.target)) return Error{"'" + how.target + "' is not a name for a label"};
  for (Element& element : input) {
    const std::string source(element.labels.get(how.source));
    if (const auto groups = how.regex.captures(source)) {
      const std::string made = how.regex.expand(how.replacement, *groups);
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

}  // namespace hotspot::rules
