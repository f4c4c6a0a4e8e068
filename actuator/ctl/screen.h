// Where hotspotctl writes: how wide that is, and whether it takes colours.
//
// Set once by main, before anything is shown; one thread.
#pragma once

#include <cstddef>
#include <string>

namespace hotspot::ctl {

enum class Colours { kAuto, kAlways, kNever };  // auto: on a terminal, unless NO_COLOR is set

struct Screen {
  std::size_t width = 0;        // columns of standard output; 0: no bound, nothing is shortened or left out
  std::size_t error_width = 0;  // of standard error, likewise
  bool coloured = false;
  bool heads = true;  // tables have a line of titles
};

Screen& screen();

// A terminal's width, but 80 at least; what COLUMNS says, also in a pipe; otherwise a pipe or a file has no bound.
Screen screen_of_process(Colours wish);
// The terminal may have become wider or narrower: its width anew, unless there is no bound.
void fit_screen();
// Lines of the terminal; 24 where it does not say.
std::size_t screen_height();
// Is standard output a terminal that moves its cursor?
bool has_cursor();

enum class Ink { kPlain, kTitle, kGood, kWarning, kBad, kFaint };
// With the sequences for that ink, where the screen has colours. The text must be visible (text::visible) already.
std::string inked(const std::string& text, Ink ink);
// The ink of a word for a state: "failed", "stale", "done"; plain for what is no such word.
Ink ink_of(const std::string& word);

}  // namespace hotspot::ctl
