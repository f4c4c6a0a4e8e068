// Methods of times and durations: {{ (toTime $value).Format "2006-01-02" }}.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/template/value.h"
#include "telemetry/result.h"

namespace hotspot::rules::templates {

enum class Receives { kText, kDuration, kTime };

struct Method {
  std::string_view name;
  std::vector<Receives> receives;
  Value (*body)(const Value& receiver, std::span<const Value> arguments);
};

// Null if the value's type has no method of that name.
const Method* find_method(const Value& receiver, std::string_view name);

}  // namespace hotspot::rules::templates
