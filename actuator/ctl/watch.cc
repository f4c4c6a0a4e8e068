#include "actuator/ctl/watch.h"

#include <unistd.h>

#include <cstdio>

#include "actuator/ctl/interruption.h"
#include "actuator/ctl/screen.h"
#include "actuator/ctl/session.h"
#include "actuator/io/system_clock.h"
#include "common/text/duration.h"

namespace hotspot::ctl {

Result<Milliseconds> watch_interval(const std::string& text) {
  const bool bare = text.find_first_not_of("0123456789") == std::string::npos;
  const auto time = text::parse_loose_duration(bare ? text + "s" : text);
  if (!time) return Error{text::sentence(time.error())};
  if (*time < Milliseconds(100)) return Error{"'" + text + "' is too short; the least is 100ms"};
  return *time;
}

int watch(const std::function<int()>& show, Milliseconds interval, Heads heads) {
  Interruption interruption;
  const io::SystemClock clock;
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  for (bool first = true;; first = false) {
    // Moves home and then clears below: flickers less than clearing all, and leaves nothing of the last output.
    if (terminal) std::fputs("\x1b[H\x1b[J", stdout);
    fit_screen();
    if (heads == Heads::kTime) {
      if (!first && !terminal) std::puts("");
      std::printf("%s\n", inked(time_cell(to_unix_seconds(clock.now())), Ink::kFaint).c_str());
    }
    const int code = show();
    if (code == kUsage) return code;
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) return kFailed;
    if (!interruption.pause(interval)) return kInterrupted;
  }
}

}  // namespace hotspot::ctl
