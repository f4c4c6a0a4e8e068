#include "actuator/rules/template/escapes.h"

#include <array>
#include <cstdio>

#include "actuator/rules/template/digits.h"
#include "common/text/ascii.h"
#include "common/text/characters.h"
#include "telemetry/utf8.h"

namespace hotspot::rules::templates {
namespace {

std::string hex(const char* spec, unsigned code) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), spec, code);
  return text.data();
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string made;
  for (const char c : text) {
    switch (c) {
      case '\0':
        made += telemetry::utf8_of(0xfffd);
        break;
      case '"':
        made += "&#34;";
        break;
      case '\'':
        made += "&#39;";
        break;
      case '&':
        made += "&amp;";
        break;
      case '<':
        made += "&lt;";
        break;
      case '>':
        made += "&gt;";
        break;
      default:
        made += c;
    }
  }
  return made;
}

std::string escape_js(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const text::Character next = text::first_character(text.substr(at));
    const char c = text[at];
    if (c == '\\' || c == '\'' || c == '"')
      made += std::string("\\") + c;
    else if (c == '<' || c == '>' || c == '&' || c == '=' || (c >= 0 && c < ' '))
      made += hex("\\u%04X", static_cast<unsigned char>(c));
    else if (!next.valid)
      made += "\\uFFFD";
    else if (next.code < 0x80 || is_printable(next.code))
      made += text.substr(at, next.bytes);
    else
      made += hex("\\u%04X", next.code);
    at += next.bytes;
  }
  return made;
}

std::string escape_query(std::string_view text) {
  std::string made;
  for (const char c : text) {
    const bool plain = text::is_letter_or_digit(c) || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain)
      made += c;
    else if (c == ' ')
      made += '+';
    else
      made += hex("%%%02X", static_cast<unsigned char>(c));
  }
  return made;
}

}  // namespace hotspot::rules::templates
