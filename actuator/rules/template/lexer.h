// Splits the text of a template into tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotspot::rules::templates {

enum class TokenKind {
  kError,  // text is the message
  kText,
  kOpen,   // {{
  kClose,  // }}
  kSpace,
  kWord,  // function or keyword
  kField,
  kVariable,
  kDot,
  kNumber,
  kCharacter,
  kString,
  kRawString,
  kPipe,
  kAssign,
  kDeclare,
  kLeftParen,
  kRightParen,
  kOther,
  kEnd,  // of the template
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t at = 0;
  std::string text;
};

inline constexpr const char* kNoOperators =
    "templates have no operators; calculate in the expression, and compare with 'eq', 'lt' or 'gt', as in 'gt $value "
    "1.0'";
bool is_operator(char c);

// All tokens, up to and including kEnd or the first kError.
std::vector<Token> read_tokens(std::string_view text);

}  // namespace hotspot::rules::templates
