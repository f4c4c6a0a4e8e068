#include "actuator/rules/template/lexer.h"

#include <algorithm>

#include "common/text/ascii.h"
#include "common/text/characters.h"

namespace hotspot::rules::templates {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool is_space(char c) { return kBlanks.find(c) != std::string_view::npos; }

// Letters of other scripts are allowed.
bool is_name_byte(char c) { return text::is_letter_or_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (!failed_) {
      const std::size_t open = std::min(text_.find("{{", at_), text_.size());
      const bool is_last = open == text_.size();
      std::size_t end = open;
      const bool trims = !is_last && starts(open + 2, "-") && open + 3 < text_.size() && is_space(text_[open + 3]);
      while (trims && end > at_ && is_space(text_[end - 1])) --end;
      if (end > at_) tokens_.push_back({TokenKind::kText, at_, std::string(text_.substr(at_, end - at_))});
      at_ = open;
      if (is_last) break;
      action(trims);
    }
    if (!failed_) tokens_.push_back({TokenKind::kEnd, text_.size(), ""});
    return std::move(tokens_);
  }

 private:
  bool starts(std::size_t at, std::string_view what) const {
    return at <= text_.size() && text_.substr(at).starts_with(what);
  }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void fail(std::size_t at, std::string message) {
    tokens_.push_back({TokenKind::kError, at, std::move(message)});
    failed_ = true;
  }

  void emit(TokenKind kind, std::size_t end) {
    tokens_.push_back({kind, at_, std::string(text_.substr(at_, end - at_))});
    at_ = end;
  }

  bool at_trimming_close() const { return at_ < text_.size() && is_space(text_[at_]) && starts(at_ + 1, "-}}"); }

  void action(bool trims) {
    open_ = at_;
    const std::size_t inside = at_ + 2 + (trims ? 2 : 0);
    if (starts(inside, "/*")) return comment(inside);
    tokens_.push_back({TokenKind::kOpen, at_, "{{"});
    at_ = inside;
    parens_ = 0;
    while (!failed_) {
      if (starts(at_, "}}") || at_trimming_close()) {
        if (parens_ > 0) return fail(at_, "a '(' without its ')'");
        return close();
      }
      if (at_ >= text_.size()) return fail(open_, "'{{' without its '}}'");
      word();
    }
  }

  void close() {
    const bool trims = !starts(at_, "}}");
    if (trims) at_ += 2;
    tokens_.push_back({TokenKind::kClose, at_, "}}"});
    at_ += 2;
    while (trims && at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  void comment(std::size_t inside) {
    const std::size_t end = text_.find("*/", inside + 2);
    if (end == std::string_view::npos) return fail(open_, "a comment, '/*', without its '*/'");
    at_ = end + 2;
    const bool trims = at_trimming_close();
    if (!trims && !starts(at_, "}}")) return fail(at_, "behind a comment comes '}}' at once, or ' -}}'");
    at_ += trims ? 4 : 2;
    while (trims && at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  void word() {
    const char c = peek();
    if (is_space(c)) return spaces();
    if (c == '"') return quoted('"', TokenKind::kString);
    if (c == '\'') return quoted('\'', TokenKind::kCharacter);
    if (c == '`') return raw();
    if (c == '$') return name(TokenKind::kVariable);
    if (c == '.' && !text::is_digit(peek(1))) return name(TokenKind::kField);
    if (c == '.' || c == '+' || c == '-' || text::is_digit(c)) return number();
    if (is_name_byte(c)) return identifier();
    sign(c);
  }

  void sign(char c) {
    if (c == ':' && peek(1) != '=') return fail(at_, "':' is no sign here; ':=' declares a variable");
    if (c == ':') return emit(TokenKind::kDeclare, at_ + 2);
    if (c == '=') return emit(TokenKind::kAssign, at_ + 1);
    if (c == '|') return emit(TokenKind::kPipe, at_ + 1);
    if (c == '(') return ++parens_, emit(TokenKind::kLeftParen, at_ + 1);
    if (c == ')') {
      if (--parens_ < 0) return fail(at_, "a ')' without its '('");
      return emit(TokenKind::kRightParen, at_ + 1);
    }
    if (c > ' ' && c < 0x7f) return emit(TokenKind::kOther, at_ + 1);
    fail(at_, "this character cannot stand between '{{' and '}}'");
  }

  // A blank before "-}}" is part of it.
  void spaces() {
    std::size_t end = at_;
    while (end < text_.size() && is_space(text_[end])) ++end;
    if (starts(end, "-}}")) --end;
    if (end > at_) emit(TokenKind::kSpace, end);
  }

  void quoted(char quote, TokenKind kind) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n')
      end += text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] != '\n' ? 2 : 1;
    if (end >= text_.size() || text_[end] != quote)
      return fail(at_, kind == TokenKind::kString ? "the string is not closed" : "the character is not closed");
    emit(kind, end + 1);
  }

  void raw() {
    const std::size_t end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos) return fail(at_, "the string is not closed");
    emit(TokenKind::kRawString, end + 1);
  }

  bool ends_name(std::size_t at) const {
    return at >= text_.size() || is_space(text_[at]) ||
           std::string_view(".,|:)(").find(text_[at]) != std::string_view::npos || starts(at, "}}");
  }

  void name(TokenKind kind) {
    std::size_t end = at_ + 1;
    if (!ends_name(end)) {
      while (end < text_.size() && is_name_byte(text_[end])) ++end;
    }
    if (!ends_name(end))
      return fail(end, text_[end] == '-' ? "a name ends before '-'; a label so named is had by 'index $labels \"a-b\"'"
                       : is_operator(text_[end]) ? kNoOperators
                                                 : "a name ends here, and this cannot follow it; a blank is missing");
    if (kind == TokenKind::kField && end == at_ + 1) kind = TokenKind::kDot;
    emit(kind, end);
  }

  void identifier() {
    std::size_t end = at_;
    while (end < text_.size() && is_name_byte(text_[end])) ++end;
    if (!ends_name(end)) return fail(end, "a word ends here, and this cannot follow it; a blank is missing");
    emit(TokenKind::kWord, end);
  }

  std::size_t digits(std::size_t at, std::string_view allowed) const {
    while (at < text_.size() && allowed.find(text_[at]) != std::string_view::npos) ++at;
    return at;
  }

  std::size_t one_number(std::size_t at) const {
    std::string_view allowed = "0123456789_";
    if (starts(at, "+") || starts(at, "-")) ++at;
    bool is_decimal = true, is_hex = false;
    if (starts(at, "0") && at + 1 < text_.size()) {
      const char letter = text_[at + 1] | 0x20;
      if (letter == 'x') allowed = "0123456789abcdefABCDEF_", is_hex = true;
      if (letter == 'o') allowed = "01234567_";
      if (letter == 'b') allowed = "01_";
      is_decimal = letter != 'x' && letter != 'o' && letter != 'b';
      if (!is_decimal) at += 2;
    }
    at = digits(at, allowed);
    if (starts(at, ".")) at = digits(at + 1, allowed);
    const char mark = at < text_.size() ? text_[at] | 0x20 : '\0';
    if ((is_decimal && mark == 'e') || (is_hex && mark == 'p')) {
      ++at;
      if (starts(at, "+") || starts(at, "-")) ++at;
      at = digits(at, "0123456789_");
    }
    return starts(at, "i") ? at + 1 : at;
  }

  void number() {
    std::size_t end = one_number(at_);
    const bool is_pair = starts(end, "+") || starts(end, "-");
    if (is_pair) end = one_number(end);
    const bool bad = end < text_.size() && is_name_byte(text_[end]);
    if (bad || (is_pair && text_[end - 1] != 'i')) return fail(at_, "this is no number");
    emit(TokenKind::kNumber, end);
  }

  std::string_view text_;
  std::size_t at_ = 0, open_ = 0;
  int parens_ = 0;
  bool failed_ = false;
  std::vector<Token> tokens_;
};

}  // namespace

bool is_operator(char c) { return std::string_view("+-*/%<>=!&").find(c) != std::string_view::npos; }

std::vector<Token> read_tokens(std::string_view text) { return Lexer(text).run(); }

}  // namespace hotspot::rules::templates
