// Parses selectors: names, matchers, ranges, subqueries, `offset` and `@`. Also the token reader of the whole parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actuator/rules/language/expression.h"
#include "actuator/rules/language/lexer.h"

namespace hotspot::rules {

class SelectorParser {
 protected:
  explicit SelectorParser(std::string_view text) : text_(text), lexer_(text) { advance(); }

  void advance();
  // Only the first call counts; after it every step is a no-op until the top is reached.
  void fail(std::size_t offset, std::string message, std::string suggestion = "");
  std::string found() const;
  void unexpected(const std::string& wanted);
  bool is_sign(std::string_view text) const { return token_.kind == Token::Kind::kSign && token_.text == text; }
  bool is_word(std::string_view text) const;
  void expect(std::string_view sign, const std::string& wanted);
  ExpressionPtr make(Expression::What what, std::size_t offset, int depth);

  ExpressionPtr selector(Word name);
  // {__name__="x"} is x. At least one matcher must not match the empty text.
  void name_of_matchers(Selector& made, std::size_t offset);
  std::optional<Milliseconds> duration(const char* example);
  // [5m] after a selector, [1h:5m] after any expression.
  ExpressionPtr range(ExpressionPtr inside);
  Timing* timing_of(Expression& expression, std::size_t offset, const std::string& what);
  void offset_modifier(Expression& expression);
  void at_modifier(Expression& expression);
  void matchers(Selector& selector);
  void matcher_sign(LabelMatcher& matcher);

  std::string_view text_;
  Lexer lexer_;
  Token token_;
  std::size_t last_end_ = 0;
  std::optional<TextProblem> problem_;
};

}  // namespace hotspot::rules
