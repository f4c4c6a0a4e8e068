#include "common/pattern/posix.h"

#include "common/text/ascii.h"

namespace hotspot::pattern {
namespace {

// [.x.] or [=x=] at position `at`, of one ASCII character: the character as RE2 writes it in brackets. Empty: neither.
std::string collating(std::string_view pattern, std::size_t at) {
  if (at + 5 > pattern.size() || pattern[at] != '[') return {};
  const char kind = pattern[at + 1];
  if ((kind != '.' && kind != '=') || pattern[at + 3] != kind || pattern[at + 4] != ']') return {};
  const char c = pattern[at + 2];
  const bool is_plain = text::is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 128;
  return is_plain ? std::string(1, c) : std::string("\\") + c;
}

// Is this "{,n}" after something, meaning at most n of it? RE2 would read it as text.
bool is_at_most(std::string_view pattern, std::size_t at) {
  if (at == 0 || pattern.substr(at, 2) != "{,") return false;
  const std::size_t end = pattern.find_first_not_of("0123456789", at + 2);
  return end != std::string_view::npos && pattern[end] == '}';
}

std::string escape(char c) {
  switch (c) {
    case '<':
    case '>':
      return "\\b";
    case '`':
      return "\\A";
    case '\'':
      return "\\z";
    default:
      return std::string("\\") + c;
  }
}

// A bracket expression, starting at its '['. Returns the position after it. An unclosed '[' is left for RE2 to report.
std::size_t bracket(std::string_view pattern, std::size_t at, std::string& made) {
  made += pattern[at++];
  if (at < pattern.size() && pattern[at] == '^') made += pattern[at++];
  for (bool first = true; at < pattern.size() && (first || pattern[at] != ']'); first = false) {
    const std::string one = collating(pattern, at);
    const std::size_t named_end = pattern.substr(at, 2) == "[:" ? pattern.find(":]", at + 2) : std::string_view::npos;
    if (!one.empty()) {
      made += one;
      at += 5;
    } else if (named_end != std::string_view::npos) {
      made += pattern.substr(at, named_end + 2 - at);
      at = named_end + 2;
    } else if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      made += pattern.substr(at, 2);
      at += 2;
    } else {
      made += pattern[at++];
    }
  }
  return at;
}

}  // namespace

std::string from_posix(std::string_view pattern) {
  std::string made;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      made += escape(pattern[at + 1]);
      at += 2;
    } else if (pattern[at] == '[') {
      at = bracket(pattern, at, made);
    } else if (is_at_most(pattern, at)) {
      made += "{0,";
      at += 2;
    } else {
      made += pattern[at++];
    }
  }
  return made;
}

}  // namespace hotspot::pattern
