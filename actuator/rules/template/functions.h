// The functions of templates: Go's own and those of Prometheus.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/template/value.h"
#include "common/pattern/pattern.h"
#include "telemetry/result.h"

namespace hotspot::rules::templates {

// What functions see besides their arguments.
struct Surroundings {
  std::string external_url;
  double now = 0;                                                          // Unix time in seconds
  std::function<Result<SampleList>(const std::string& expression)> query;  // empty: there are no series
  int queries_left = 0;
  std::size_t bytes_left = 0;                        // that functions may still make
  std::map<std::string, pattern::Pattern> patterns;  // compiled already
};

enum class Parameter { kText, kAny, kSample, kSamples };
const char* go_name(Parameter parameter);

using FunctionBody = Result<Value> (*)(std::span<const Value> arguments, Surroundings& around);

struct Function {
  std::string_view name;
  std::vector<Parameter> parameters;
  bool is_variadic = false;     // the last parameter may be there any number of times
  FunctionBody body = nullptr;  // null: "and" and "or", which evaluate no more than they need
};

const Function* find_function(std::string_view name);
std::vector<std::string_view> function_names();

// Go's own and Prometheus's; the table is made of both.
std::vector<Function> go_functions();
std::vector<Function> compare_functions();
std::vector<Function> series_functions();
std::vector<Function> text_functions();
std::vector<Function> number_functions();

}  // namespace hotspot::rules::templates
