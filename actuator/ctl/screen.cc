#include "actuator/ctl/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "actuator/ctl/run.h"
#include "actuator/ctl/session.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kNarrowest = 80;
constexpr std::size_t kMostColumns = 10'000;

// The value of COLUMNS; 0: it is not a number of columns.
std::size_t told_columns() {
  const char* text = std::getenv("COLUMNS");
  const unsigned long long told = text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
  return told <= kMostColumns ? static_cast<std::size_t>(told) : 0;
}

std::size_t width_of(int descriptor) {
  if (const std::size_t told = told_columns(); told > 0) return std::max<std::size_t>(told, 20);
  if (isatty(descriptor) == 0) return 0;
  winsize size{};
  const bool known = ioctl(descriptor, TIOCGWINSZ, &size) == 0;
  return std::max(known ? std::size_t{size.ws_col} : 0, kNarrowest);
}

bool has_value(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool is_coloured(Colours wish) {
  if (wish != Colours::kAuto) return wish == Colours::kAlways;
  return has_cursor() && !has_value("NO_COLOR");  // no-color.org
}

constexpr std::array<std::pair<const char*, Ink>, 34> kWords{{
    {"done", Ink::kGood},         {"fresh", Ink::kGood},       {"proven", Ink::kGood},     {"running", Ink::kGood},
    {"act", Ink::kGood},          {"holds", Ink::kGood},       {"failed", Ink::kBad},      {"firing", Ink::kBad},
    {"stale", Ink::kBad},         {"frozen", Ink::kBad},       {"crashed", Ink::kBad},     {"ALARM", Ink::kBad},
    {"PAUSED", Ink::kBad},        {"NOT LEADING", Ink::kBad},  {"STREAM", Ink::kBad},      {"STORE", Ink::kBad},
    {"COMMANDS", Ink::kBad},      {"pending", Ink::kWarning},  {"aborted", Ink::kWarning}, {"skipped", Ink::kWarning},
    {"drain", Ink::kWarning},     {"last", Ink::kWarning},     {"started", Ink::kWarning}, {"progress", Ink::kWarning},
    {"intent", Ink::kWarning},    {"unproven", Ink::kWarning}, {"keyless", Ink::kWarning}, {"paused", Ink::kWarning},
    {"set aside", Ink::kWarning}, {"shut off", Ink::kFaint},   {"nothing", Ink::kFaint},   {"!", Ink::kBad},
    {"~", Ink::kWarning},         {"?", Ink::kWarning},
}};

}  // namespace

Screen& screen() {
  static Screen one;
  return one;
}

Screen screen_of_process(Colours wish) {
  return {.width = width_of(STDOUT_FILENO),
          .error_width = width_of(STDERR_FILENO),
          .coloured = is_coloured(wish),
          .heads = true};
}

void fit_screen() {
  Screen& one = screen();
  if (one.width > 0) one.width = width_of(STDOUT_FILENO);
  if (one.error_width > 0) one.error_width = width_of(STDERR_FILENO);
}

std::size_t screen_height() {
  constexpr std::size_t kUsual = 24;
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
  return known ? size.ws_row : kUsual;
}

bool has_cursor() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

std::string inked(const std::string& text, Ink ink) {
  if (!screen().coloured || ink == Ink::kPlain || text.empty()) return text;
  constexpr std::array<const char*, 6> kCodes{"0", "1", "32", "33", "1;31", "2"};
  return std::string("\x1b[") + kCodes[static_cast<std::size_t>(ink)] + "m" + text + "\x1b[0m";
}

Ink ink_of(const std::string& word) {
  for (const auto& [known, ink] : kWords)
    if (word == known) return ink;
  return word.ends_with(" (stale)") ? Ink::kBad : Ink::kPlain;
}

int written(int code) {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  const int problem = errno;
  if (flushed && std::ferror(stdout) == 0) return code;
  return fail(std::string("not all of the output could be written") +
              (problem == 0 ? "" : std::string(": ") + std::strerror(problem)));
}

}  // namespace hotspot::ctl
