// The daemon's log: on standard error, one line an event, with nothing in it that strangers could forge a line or
// colours with (text::visible), and nothing that waits for who reads it (LogWriter).
//
// Under systemd's journal a line has no time of its own and its priority in front, as sd-daemon(3) has it.
// Thread rule: any thread.
#pragma once

#include <memory>
#include <string>

#include "actuator/loop/loop.h"

namespace hotspot::daemon {

class DaemonLog {
 public:
  enum class Form { kPlain, kJournal };
  DaemonLog(int fd, const std::string& level, Form form);
  ~DaemonLog();

  void line(loop::LogLevel level, const std::string& text);
  bool flush(Milliseconds limit);  // false: somebody does not read it

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// What JOURNAL_STREAM says, "device:inode", is that descriptor: systemd's journal reads what is written there.
bool is_journal(const char* journal_stream, int fd);

// The log of this process. Before set_up_log, lines go to standard error as they are.
void set_up_log(const std::string& level);
void log_line(loop::LogLevel level, const std::string& text);
void end_log();  // waits a moment for who reads it

}  // namespace hotspot::daemon
