#include "actuator/rules/language/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/grammar_words.h"
#include "actuator/rules/language/source_text.h"
#include "common/text/duration.h"
#include "common/text/quantity.h"
#include "telemetry/utf8.h"

namespace hotspot::rules {
namespace {

bool is_name(char c) { return begins_name(c) || is_digit(c) || c == ':'; }

// Operators of other languages, and their equivalents here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kOperatorsElsewhere{{{"!=~", "!~"},
                                                                                             {"~=", "=~"},
                                                                                             {"~", "=~"},
                                                                                             {"=!", "!="},
                                                                                             {"&&", "and"},
                                                                                             {"||", "or"},
                                                                                             {"<>", "!="},
                                                                                             {"=>", ">="},
                                                                                             {"=<", "<="},
                                                                                             {"**", "^"},
                                                                                             {"≥", ">="},
                                                                                             {"≤", "<="},
                                                                                             {"≠", "!="},
                                                                                             {"×", "*"}}};
constexpr std::array<std::string_view, 6> kLongSigns{"==", "!=", "<=", ">=", "=~", "!~"};

}  // namespace

std::optional<double> go_number(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  const auto integer = [&](std::size_t skip, int base) -> std::optional<double> {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + skip, end, value, base);
    if (parsed.ec != std::errc() || parsed.ptr != end || value > std::numeric_limits<std::int64_t>::max()) return {};
    return static_cast<double>(value);
  };
  const std::string prefix = lower_case(text.substr(0, 2));
  if (prefix == "0x") return integer(2, 16);
  if (prefix == "0b") return integer(2, 2);
  if (prefix == "0o") return integer(2, 8);
  if (text.size() > 1 && text[0] == '0') {
    if (const auto octal = integer(1, 8)) return octal;
  }
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (parsed.ec == std::errc::result_out_of_range) value = std::strtod(text.c_str(), nullptr);
  if (parsed.ec == std::errc::invalid_argument || std::isinf(value)) return std::nullopt;
  return value;
}

void Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    if (text_[at_] == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (is_blank(text_[at_])) {
      ++at_;
    } else {
      return;
    }
  }
}

Token Lexer::wrong(std::size_t offset, std::string message, std::string suggestion) {
  at_ = text_.size();
  return {.kind = Token::Kind::kWrong,
          .offset = offset,
          .end = offset,
          .text = std::move(message),
          .suggestion = std::move(suggestion)};
}

Token Lexer::next() {
  skip_blanks();
  if (at_ >= text_.size()) return {.kind = Token::Kind::kEnd, .offset = text_.size(), .end = text_.size()};
  const char c = text_[at_];
  if (is_digit(c) || (c == '.' && is_digit(at(at_ + 1)))) return number();
  if (begins_name(c) || (c == ':' && begins_name(at(at_ + 1)))) return name();
  if (c == '"' || c == '\'' || c == '`') return string();
  return sign();
}

Token Lexer::number() {
  Token token{.kind = Token::Kind::kNumber, .offset = at_};
  std::size_t end = at_;
  const auto run = [&](auto accepts) {
    while (end < text_.size() && accepts(text_[end])) ++end;
  };
  const char radix = text_[at_] == '0' ? static_cast<char>(at(at_ + 1) | 0x20) : '\0';
  if (radix == 'x' || radix == 'o' || (radix == 'b' && is_digit(at(at_ + 2)))) {
    end += 2;
    run([](char c) { return is_digit(c) || begins_name(c); });
  } else {
    const auto digit = [](char c) { return is_digit(c) || c == '_'; };
    run(digit);
    if (at(end) == '.') ++end, run(digit);
    const std::size_t sign = at(end + 1) == '+' || at(end + 1) == '-' ? 1 : 0;
    if ((at(end) == 'e' || at(end) == 'E') && is_digit(at(end + 1 + sign))) end += 1 + sign, run(digit);
  }
  const std::string written(text_.substr(at_, end - at_));
  const auto value = go_number(written);
  if (!value) return wrong(at_, "'" + written + "' is not a number");
  token.number.value = *value;
  return unit(std::move(token), end);
}

// What follows the digits: nothing, or one of the units.
Token Lexer::unit(Token token, std::size_t digits_end) {
  if (at(digits_end) == '%' && percent_follows(digits_end + 1)) {
    token.number = {token.number.value / 100, NumberLiteral::Written::kPercent};
    token.end = at_ = digits_end + 1;
    return token;
  }
  std::size_t end = digits_end;
  while (begins_name(at(end))) ++end;
  const std::string_view name = text_.substr(digits_end, end - digits_end);
  if (name.empty()) {
    token.end = at_ = digits_end;
    return token;
  }
  if (const auto bytes = text::bytes_of_unit(name); bytes && !is_digit(at(end))) {
    token.number = {token.number.value * *bytes, NumberLiteral::Written::kBytes};
    token.end = at_ = end;
    return token;
  }
  if (text::milliseconds_of_unit(name)) return durations(std::move(token));
  const std::string number(text_.substr(token.offset, digits_end - token.offset));
  std::string_view meant = text::meant_bytes_unit(name);
  if (const std::string_view time = text::meant_time_unit(name); meant.empty() || (!time.empty() && name.size() > 2))
    meant = time;
  if (!meant.empty()) return wrong(digits_end, "unknown unit '" + std::string(name) + "'", number + std::string(meant));
  return wrong(digits_end, "unknown unit '" + std::string(name) +
                               "'; there are %, B, KiB, MiB, GiB, TiB, and ms, s, m, h, d, w, y");
}

Token Lexer::durations(Token token) {
  std::size_t end = token.offset;
  while (is_digit(at(end)) || begins_name(at(end))) ++end;
  const Parsed<Milliseconds> time = parse_duration(text_.substr(token.offset, end - token.offset));
  if (!time) return wrong(token.offset + time.error().offset, time.error().message, time.error().suggestion);
  token.number = {to_seconds(time.value()), NumberLiteral::Written::kSeconds};
  token.end = at_ = end;
  return token;
}

// "90%": a unit, or the modulo operator? In PromQL it is always modulo, and an operand follows. If none can follow, it
// means per cent. A sign with blanks around it ("90% - 5%") is an operator.
bool Lexer::percent_follows(std::size_t at_sign) const {
  std::size_t after = at_sign;
  while (is_blank(at(after))) ++after;
  const char c = at(after);
  if (c == '+' || c == '-') return is_blank(at(after + 1));
  if (is_digit(c) || c == '.' || c == '(' || c == '{' || c == '"' || c == '\'' || c == '`') return false;
  if (!begins_name(c) && c != ':') return true;
  std::size_t end = after;
  while (is_name(at(end))) ++end;
  const std::string word = lower_case(text_.substr(after, end - after));
  return word == "and" || word == "or" || word == "unless" || is_key_of_rules(word);
}

Token Lexer::name() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_name(text_[at_])) ++at_;
  return {
      .kind = Token::Kind::kName, .offset = begin, .end = at_, .text = std::string(text_.substr(begin, at_ - begin))};
}

Token Lexer::string() {
  const Parsed<ReadString> literal = read_string(text_.substr(at_));
  if (!literal) return wrong(at_ + literal.error().offset, literal.error().message);
  const std::size_t begin = at_;
  at_ += literal->length;
  return {.kind = Token::Kind::kString, .offset = begin, .end = at_, .text = literal->value};
}

Token Lexer::sign() {
  const std::string_view rest = text_.substr(at_);
  for (const auto& [foreign, ours] : kOperatorsElsewhere) {
    if (rest.starts_with(foreign)) {
      return wrong(at_, "'" + std::string(foreign) + "' is not an operator here", std::string(ours));
    }
  }
  const std::size_t begin = at_;
  const bool is_long =
      std::any_of(kLongSigns.begin(), kLongSigns.end(), [&](std::string_view s) { return rest.starts_with(s); });
  const std::size_t length = is_long ? 2 : telemetry::first_character(rest).bytes;
  const std::string text(rest.substr(0, length));
  if (!is_long && std::string_view("+-*/%^<>=!(){}[],@:").find(text) == std::string_view::npos) {
    return wrong(begin, "'" + text + "' cannot stand in an expression");
  }
  at_ += length;
  return {.kind = Token::Kind::kSign, .offset = begin, .end = at_, .text = text};
}

}  // namespace hotspot::rules
