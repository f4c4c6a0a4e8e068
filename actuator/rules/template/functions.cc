#include "actuator/rules/template/functions.h"

#include <map>

namespace hotspot::rules::templates {
namespace {

const std::map<std::string_view, Function>& table() {
  static const std::map<std::string_view, Function> all = [] {
    std::map<std::string_view, Function> made;
    for (const auto& part :
         {go_functions(), compare_functions(), series_functions(), text_functions(), number_functions()})
      for (const Function& function : part) made.emplace(function.name, function);
    return made;
  }();
  return all;
}

}  // namespace

const char* go_name(Parameter parameter) {
  switch (parameter) {
    case Parameter::kText:
      return "string";
    case Parameter::kSample:
      return "*template.sample";
    case Parameter::kSamples:
      return "template.queryResult";
    default:
      return "interface {}";
  }
}

const Function* find_function(std::string_view name) {
  const auto found = table().find(name);
  return found == table().end() ? nullptr : &found->second;
}

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, function] : table()) names.push_back(name);
  return names;
}

}  // namespace hotspot::rules::templates
