// The daemon's log: one line for each event, on standard error. Untrusted text cannot forge lines or colours
// (text::visible), and a slow reader blocks nobody (LogWriter).
//
// Under systemd's journal, lines have no time, and begin with their priority as in sd-daemon(3).
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
  bool flush(Milliseconds limit);  // false: its reader does not keep up

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// JOURNAL_STREAM ("device:inode") names that descriptor: it is connected to systemd's journal.
bool is_journal(const char* journal_stream, int fd);

// The log of this process. Before set_up_log, lines are written to standard error unmodified.
void set_up_log(const std::string& level);
void log_line(loop::LogLevel level, const std::string& text);
void end_log();  // waits briefly until everything is written

}  // namespace hotspot::daemon
