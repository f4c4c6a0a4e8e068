#include "common/text/secrets.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"

namespace hotspot::text {
namespace {

constexpr std::array<std::string_view, 7> kWords{"password",   "passphrase", "passwd",     "secret",
                                                 "credential", "api_key",    "private_key"};

bool is_word(char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; }

// "redis_password", "PassPhrase"; not "password_file", which only names a file.
bool names_a_secret(std::string_view key) {
  const std::string name = lower_case(key);
  if (name.ends_with("file") || name.ends_with("path")) return false;
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

// The key that ends at `end`, without its quotes.
std::string_view key_before(std::string_view text, std::size_t end) {
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '"' || text[end - 1] == '\''))
    --end;
  std::size_t begin = end;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

// The password in an address whose "//" ends at `at`: "//user:PASSWORD@". A password may contain anything but a blank;
// it ends at the last "@" before the path.
struct Span {
  std::size_t begin = 0, end = 0;
};
std::optional<Span> password_of_address(std::string_view text, std::size_t at) {
  const std::size_t stop = std::min(text.find_first_of(" \t\n\"'<>", at), text.size());
  const std::string_view rest = text.substr(at, stop - at);
  std::size_t sign = rest.substr(0, rest.find('/')).rfind('@');
  if (sign == std::string_view::npos) sign = rest.substr(0, rest.find('?')).rfind('@');  // a password with a "/"
  const std::size_t colon = rest.find(':');
  if (sign == std::string_view::npos || colon == std::string_view::npos || colon >= sign) return std::nullopt;
  return Span{at + colon + 1, at + sign};
}

std::size_t end_of_parameter(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of(" \t\n&;,\"'", at), text.size());
}

}  // namespace

std::string without_passwords(std::string_view text) {
  std::string shown;
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::optional<Span> hide;
    if (text.substr(i, 3) == "://") hide = password_of_address(text, i + 3);
    if (text[i] == '=' && i + 1 < text.size() && names_a_secret(key_before(text, i)))
      hide = Span{i + 1, end_of_parameter(text, i + 1)};
    if (!hide || hide->end <= hide->begin) continue;
    shown += text.substr(done, hide->begin - done);
    shown += kHidden;
    done = hide->end;
    i = done - 1;
  }
  return shown + std::string(text.substr(done));
}

std::optional<std::size_t> secret_value(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if ((line[i] != ':' && line[i] != '=') || !names_a_secret(key_before(line, i))) continue;
    const std::size_t value = line.find_first_not_of(" \t", i + 1);
    return value == std::string_view::npos ? line.size() : value;
  }
  return std::nullopt;
}

}  // namespace hotspot::text
