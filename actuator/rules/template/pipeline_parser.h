// Parses the inside of an action: pipelines of commands, their operands, and declarations of variables.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/rules/language/wording.h"
#include "actuator/rules/template/lexer.h"
#include "actuator/rules/template/node.h"

namespace hotspot::rules::templates {

inline constexpr int kMaxDepth = 100;  // of parentheses and of nested blocks

class PipelineParser {
 protected:
  explicit PipelineParser(std::string_view text) : tokens_(read_tokens(text)) {}

  enum class Declares { kOne, kTwo };  // maximum number of variables

  static bool is_keyword(std::string_view word);
  static std::shared_ptr<Node> make(NodeKind kind, std::size_t at);
  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token next();
  void skip_spaces();
  const Token& peek_word();
  void fail(std::size_t at, std::string message, std::string suggestion = "");
  // Reports a token that is not allowed here; a lexer error is passed on as it is.
  void unexpected(const Token& token, const std::string& where);
  void expect_close(const std::string& where);

  std::shared_ptr<Node> pipeline(const std::string& where, TokenKind end, Declares most = Declares::kOne);

  std::vector<std::string> variables_;  // variables in scope
  int depth_ = 0;
  std::optional<TextProblem> problem_;

 private:
  // $x := or $x = or, in a range, $i, $x :=
  void declarations(Node& pipe, Declares most, const std::string& where);
  static bool begins_operand(const Token& token);
  void check(const Node& pipe, std::size_t end, const std::string& where);
  std::shared_ptr<Node> command();
  NodePtr operand();
  std::shared_ptr<Node> term();
  std::shared_ptr<Node> parenthesized(const Token& open);
  std::shared_ptr<Node> word(const Token& token, std::shared_ptr<Node> node);
  std::shared_ptr<Node> variable(const Token& token, std::shared_ptr<Node> node);
  std::shared_ptr<Node> number(const Token& token, std::shared_ptr<Node> node);
  std::shared_ptr<Node> character(const Token& token, std::shared_ptr<Node> node);
  std::shared_ptr<Node> string(const Token& token, std::shared_ptr<Node> node);

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace hotspot::rules::templates
