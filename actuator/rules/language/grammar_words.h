// The keywords and operators of expressions. Lower case; keywords are case-insensitive.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

constexpr int kWeakest = 1;
constexpr int kUnaryStrength = 5;  // as * and /, as in Prometheus: -1^2 is -(1^2)
constexpr int kPowerStrength = 6;  // the only right-associative operator

struct Operator {
  std::string_view text;
  BinaryOp op;
  int strength;
};
const Operator* find_operator(std::string_view word);  // null if it is none

std::optional<Aggregation::Op> find_aggregation(std::string_view word);
const char* to_string(Aggregation::Op op);

// on, bool, by, …: never the name of a series.
bool is_modifier(std::string_view word);
// for, until, mode, …: people write them after an expression, where they mean nothing.
bool is_key_of_rules(std::string_view word);
// Functions and aggregations, for "did you mean".
std::vector<std::string_view> function_names();

}  // namespace hotspot::rules
