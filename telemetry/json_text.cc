#include "telemetry/json_text.h"

#include "telemetry/utf8.h"

namespace hotspot::telemetry {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char c = text.front();
    const Character next = first_character(text);
    if (!next.valid) {
      out += "\xEF\xBF\xBD";  // U+FFFD
    } else if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view kHex = "0123456789abcdef";
      out += "\\u00";
      (out += kHex[static_cast<unsigned char>(c) >> 4]) += kHex[c & 15];
    } else {
      out += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  out += '"';
}

}  // namespace hotspot::telemetry
