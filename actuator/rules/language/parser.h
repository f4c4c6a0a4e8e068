// The grammar of expressions: from text to a tree.
//
// PURE. Any thread.
#pragma once

#include <string_view>
#include <vector>

#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/wording.h"

namespace hotspot::rules {

struct ParsedExpression {
  ExpressionPtr expression;  // null if there is an error of grammar
  std::vector<TextProblem> problems;
};

// Grammar only. A wrong expression gives its first error: what follows it would be guesswork.
ParsedExpression parse_expression(std::string_view text);

}  // namespace hotspot::rules
