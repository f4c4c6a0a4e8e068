#include "actuator/console/log.h"

#include <unistd.h>

#include <cstdlib>

#include "actuator/daemon/log_writer.h"
#include "common/text/visible.h"

namespace hotspot::console {
namespace {

std::string line_of(Priority priority, const std::string& text) {
  const bool in_journal = std::getenv("JOURNAL_STREAM") != nullptr;
  const std::string begin =
      in_journal ? "<" + std::to_string(static_cast<int>(priority)) + ">" : std::string("hotspot-console: ");
  return begin + text::visible(text, text::kMostLineBytes) + "\n";
}

daemon::LogWriter& writer() {
  static daemon::LogWriter one(STDERR_FILENO, [](std::size_t lines, Milliseconds) {
    return line_of(Priority::kWarning, std::to_string(lines) + " lines of the log were lost: nobody read them in time");
  });
  return one;
}

}  // namespace

void log_line(Priority priority, const std::string& text) { writer().write(line_of(priority, text)); }
void end_log() { writer().flush(Milliseconds(1000)); }

}  // namespace hotspot::console
