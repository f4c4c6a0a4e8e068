// Parses expressions: from text to a tree.
//
// PURE. Thread rule: any thread.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/wording.h"

namespace hotspot::rules {

struct ParsedExpression {
  ExpressionPtr expression;  // null if there is a syntax error
  std::vector<TextProblem> problems;
};

// Syntax only. A wrong expression gives its first error: further ones would be guesswork.
ParsedExpression parse_expression(std::string_view text);

}  // namespace hotspot::rules
