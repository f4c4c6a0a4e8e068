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

// What functions can use besides their arguments.
struct Surroundings {
  std::string external_url;
  double now = 0;                                                          // Unix time in seconds
  std::function<Result<SampleList>(const std::string& expression)> query;  // empty: there are no series to query
  int queries_left = 0;
  std::size_t bytes_left = 0;                        // that functions may still produce
  std::map<std::string, pattern::Pattern> patterns;  // cache of compiled patterns
};

enum class Parameter { kText, kAny, kSample, kSamples };
const char* go_name(Parameter parameter);

using FunctionBody = Result<Value> (*)(std::span<const Value> arguments, Surroundings& around);

struct Function {
  std::string_view name;
  std::vector<Parameter> parameters;
  bool is_variadic = false;     // the last parameter may be repeated
  FunctionBody body = nullptr;  // null: "and" and "or", which evaluate only what they need
};

const Function* find_function(std::string_view name);
std::vector<std::string_view> function_names();

// Go's functions and Prometheus' functions; the table combines them.
std::vector<Function> go_functions();
std::vector<Function> compare_functions();
std::vector<Function> series_functions();
std::vector<Function> text_functions();
std::vector<Function> number_functions();

}  // namespace hotspot::rules::templates
