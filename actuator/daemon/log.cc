#include "actuator/daemon/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

namespace hotspot::daemon {

void set_up_log(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("hotspotd", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  const bool in_journal = std::getenv("JOURNAL_STREAM") != nullptr;
  logger->set_pattern(in_journal ? "%v" : "%Y-%m-%d %H:%M:%S.%e %l: %v");
  logger->flush_on(spdlog::level::info);
  logger->set_level(level == "debug"     ? spdlog::level::debug
                    : level == "warning" ? spdlog::level::warn
                    : level == "error"   ? spdlog::level::err
                                         : spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void log_line(LogLevel level, const std::string& text) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::debug("{}", text);
    case LogLevel::kInfo:
      return spdlog::info("{}", text);
    case LogLevel::kWarning:
      return spdlog::warn("{}", text);
    case LogLevel::kError:
      return spdlog::error("{}", text);
  }
}

}  // namespace hotspot::daemon
