#include "actuator/ctl/top/terminal.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

namespace hotspot::ctl {

Terminal::Terminal() {
  typed_ = isatty(STDIN_FILENO) != 0;
  begin();
}

Terminal::~Terminal() { end(); }

void Terminal::begin() {
  if (typed_ && tcgetattr(STDIN_FILENO, &before_) != 0) typed_ = false;
  if (typed_) {
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    // These two would leave the terminal in raw mode: one is delivered as a key, the other is disabled.
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    raw.c_cc[VQUIT] = _POSIX_VDISABLE;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  }
  // Alternate screen, hidden cursor, no line wrapping.
  std::fputs("\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H\x1b[J", stdout);
  std::fflush(stdout);
}

void Terminal::end() {
  std::fputs("\x1b[?7h\x1b[?25h\x1b[?1049l", stdout);
  std::fflush(stdout);
  if (typed_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

Terminal::Event Terminal::wait(Milliseconds length) {
  Event event{.wake = interruption_.wait(length, typed_ ? STDIN_FILENO : -1), .keys = {}};
  if (event.wake != Interruption::Wake::kInput) return event;
  std::array<char, 256> bytes{};
  const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (count > 0)
    event.keys.assign(bytes.data(), static_cast<std::size_t>(count));
  else
    event.wake = Interruption::Wake::kInterrupted;  // the terminal is gone
  return event;
}

bool Terminal::draw(const std::string& lines) {
  std::string text = "\x1b[H";
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = lines.find('\n', begin);
    text += lines.substr(begin, end - begin) + "\x1b[K";
    begin = end == std::string::npos ? lines.size() : end + 1;
    if (begin < lines.size()) text += "\r\n";
  }
  text += "\x1b[J";
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

void Terminal::suspend() {
  end();
  std::raise(SIGSTOP);
  begin();
}

}  // namespace hotspot::ctl
