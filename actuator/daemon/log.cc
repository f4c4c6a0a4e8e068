#include "actuator/daemon/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "actuator/daemon/log_writer.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::daemon {
namespace {

constexpr Milliseconds kLastWords{1000};

spdlog::level::level_enum spdlog_level(loop::LogLevel level) {
  switch (level) {
    case loop::LogLevel::kDebug:
      return spdlog::level::debug;
    case loop::LogLevel::kInfo:
      return spdlog::level::info;
    case loop::LogLevel::kWarning:
      return spdlog::level::warn;
    case loop::LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

// Priorities of syslog(3).
const char* priority(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return "<7>";
    case spdlog::level::info:
      return "<6>";
    case spdlog::level::warn:
      return "<4>";
    default:
      return "<3>";
  }
}

class WriterSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  WriterSink(int fd, DaemonLog::Form form)
      : form_(form), writer_(fd, [this](std::size_t lines, Milliseconds lasted) { return missing(lines, lasted); }) {}
  LogWriter& writer() { return writer_; }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override { writer_.write(line_of(message, *formatter_)); }
  void flush_() override {}

 private:
  std::string line_of(const spdlog::details::log_msg& message, spdlog::formatter& formatter) const {
    spdlog::memory_buf_t text;
    formatter.format(message, text);
    return (form_ == DaemonLog::Form::kJournal ? priority(message.level) : "") + std::string(text.data(), text.size());
  }

  // Called by the writer, in any thread: it needs a formatter of its own.
  std::string missing(std::size_t lines, Milliseconds lasted) const {
    const std::string text = std::to_string(lines) + " lines of this log are missing here: nobody read it for " +
                             text::duration_text(lasted);
    return line_of({"hotspotd", spdlog::level::warn, text}, *formatter_of(form_));
  }

  DaemonLog::Form form_;
  LogWriter writer_;

 public:
  static std::unique_ptr<spdlog::formatter> formatter_of(DaemonLog::Form form) {
    return std::make_unique<spdlog::pattern_formatter>(
        form == DaemonLog::Form::kJournal ? "%v" : "%Y-%m-%d %H:%M:%S.%e %l: %v");
  }
};

std::unique_ptr<DaemonLog>& log_of_process() {
  static auto* log = new std::unique_ptr<DaemonLog>();  // never destroyed: threads may log until the process exits
  return *log;
}

}  // namespace

struct DaemonLog::Parts {
  LogWriter& writer;  // of the logger's sink
  spdlog::logger logger;
};

DaemonLog::DaemonLog(int fd, const std::string& level, Form form) {
  auto sink = std::make_shared<WriterSink>(fd, form);
  sink->set_formatter(WriterSink::formatter_of(form));
  parts_ = std::make_unique<Parts>(Parts{sink->writer(), spdlog::logger("hotspotd", sink)});
  parts_->logger.set_level(level == "debug"     ? spdlog::level::debug
                           : level == "warning" ? spdlog::level::warn
                           : level == "error"   ? spdlog::level::err
                                                : spdlog::level::info);
}

DaemonLog::~DaemonLog() = default;

void DaemonLog::line(loop::LogLevel level, const std::string& text) {
  const auto its = spdlog_level(level);
  if (parts_->logger.should_log(its)) parts_->logger.log(its, "{}", text::visible(text, text::kMostLineBytes));
}

bool DaemonLog::flush(Milliseconds limit) { return parts_->writer.flush(limit); }

bool is_journal(const char* journal_stream, int fd) {
  struct stat status {};
  if (journal_stream == nullptr || fstat(fd, &status) != 0) return false;
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == journal_stream;
}

void set_up_log(const std::string& level) {
  const bool journal = is_journal(std::getenv("JOURNAL_STREAM"), STDERR_FILENO);
  log_of_process() =
      std::make_unique<DaemonLog>(STDERR_FILENO, level, journal ? DaemonLog::Form::kJournal : DaemonLog::Form::kPlain);
}

void log_line(loop::LogLevel level, const std::string& text) {
  if (DaemonLog* log = log_of_process().get()) return log->line(level, text);
  std::fprintf(stderr, "hotspotd: %s\n", text::visible(text, text::kMostLineBytes).c_str());
}

void end_log() {
  if (DaemonLog* log = log_of_process().get()) log->flush(kLastWords);
}

}  // namespace hotspot::daemon
