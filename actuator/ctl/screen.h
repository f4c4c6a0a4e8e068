// The output device: its width, and whether it supports colours.
//
// Set once by main before any output; one thread.
#pragma once

#include <cstddef>
#include <string>

namespace hotspot::ctl {

enum class Colours { kAuto, kAlways, kNever };  // auto: on a terminal, unless NO_COLOR is set

struct Screen {
  std::size_t width = 0;        // columns of standard output; 0: unlimited, nothing is shortened or left out
  std::size_t error_width = 0;  // the same for standard error
  bool coloured = false;
  bool heads = true;  // tables have a title line
};

Screen& screen();

// COLUMNS if it is set, also in a pipe; otherwise the terminal's width, but at least 80; a pipe or file is unlimited.
Screen screen_of_process(Colours wish);
// The terminal may have been resized: reads its width again, unless it is unlimited.
void fit_screen();
// Lines of the terminal; 24 if unknown.
std::size_t screen_height();
// Is standard output a terminal with cursor control?
bool has_cursor();

enum class Ink { kPlain, kTitle, kGood, kWarning, kBad, kFaint };
// Adds the escape sequences for that colour, if the screen has colours. The text must be visible (text::visible).
std::string inked(const std::string& text, Ink ink);
// The colour of a state word: "failed", "stale", "done"; plain for other words.
Ink ink_of(const std::string& word);

}  // namespace hotspot::ctl
