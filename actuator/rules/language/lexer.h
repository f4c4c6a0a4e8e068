// Splits an expression into tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actuator/rules/language/expression.h"

namespace hotspot::rules {

struct Token {
  enum class Kind { kEnd, kNumber, kName, kString, kSign, kWrong };
  Kind kind = Kind::kEnd;
  std::size_t offset = 0;
  std::size_t end = 0;
  std::string text;        // of a name or sign as written; of a string unescaped; for kWrong: what is wrong
  std::string suggestion;  // for kWrong
  NumberLiteral number;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  Token next();

 private:
  void skip_blanks();
  Token number();
  Token unit(Token token, std::size_t digits_end);
  Token durations(Token token);
  Token name();
  Token string();
  Token sign();
  Token wrong(std::size_t offset, std::string message, std::string suggestion = "");
  bool percent_follows(std::size_t at) const;
  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  std::string_view text_;
  std::size_t at_ = 0;
};

// An unsigned number as Go reads it: 1e3, .5, 0x1f, 0b101, 0o17, 017 (octal too), 1_000. Values too small for a double
// become 0; values too large give an empty result.
std::optional<double> go_number(std::string text);

// The string literal at the start of the text, unescaped as in Go, and its length including the quotes.
struct ReadString {
  std::string value;
  std::size_t length = 0;
};
Parsed<ReadString> read_string(std::string_view text);

}  // namespace hotspot::rules
