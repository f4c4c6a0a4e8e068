#include "actuator/ctl/follow.h"

#include <unistd.h>

#include <cstdio>

#include "actuator/ctl/interruption.h"
#include "actuator/ctl/layout.h"
#include "actuator/ctl/screen.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

constexpr Milliseconds kBetweenLooks{500};

// The progress line on standard error.
class ProgressLine {
 public:
  void tell(const std::string& text) {
    const std::string line = text::visible(text, text::kMostLineBytes);
    if (line == shown_) return;
    shown_ = line;
    if (terminal_)
      std::fprintf(stderr, "\r\x1b[K%s", shortened(line, screen().error_width - 1).c_str());
    else
      std::fprintf(stderr, "%s\n", line.c_str());
  }
  // Ensures that the next output starts on a new line.
  void end() {
    if (terminal_ && !shown_.empty()) std::fputs("\r\x1b[K", stderr);
    shown_.clear();
  }

 private:
  const bool terminal_ = isatty(STDERR_FILENO) != 0;
  std::string shown_;
};

}  // namespace

Result<std::optional<Milliseconds>> limit_of(const Patience& patience) {
  if (patience.text.empty() || patience.text == "forever") return std::optional<Milliseconds>();
  const auto limit = text::parse_loose_duration(patience.text);
  if (!limit) return Error{text::sentence(limit.error())};
  if (*limit <= Milliseconds(0)) return Error{"'" + patience.text + "' is no time to wait"};
  return std::optional(*limit);
}

int follow(Session& session, const Patience& patience, const std::string& goes_on, const std::function<Look()>& look) {
  const auto limit = limit_of(patience);
  if (!limit) return fail("--wait: " + limit.error().message), static_cast<int>(kUsage);
  std::fflush(stdout);
  Interruption interruption;
  ProgressLine progress;
  const Milliseconds begun = session.steady();
  for (;;) {
    const Look seen = look();
    if (seen.code) {
      progress.end();
      if (*seen.code != kDone) return fail(seen.line), *seen.code;
      if (!seen.line.empty()) say(seen.line);
      return kDone;
    }
    progress.tell(seen.line);
    const bool late = *limit && session.steady() - begun >= **limit;
    if (!late && interruption.pause(kBetweenLooks)) continue;
    progress.end();
    if (!late) return fail("not waited for any longer: " + goes_on), static_cast<int>(kInterrupted);
    return fail("not within " + patience.text + ": " + seen.line + "; " + goes_on);
  }
}

}  // namespace hotspot::ctl
