#include "actuator/daemon/commands.h"

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace hotspot::daemon {
namespace {

std::pair<std::int64_t, std::int64_t> parts(const std::string& id) {
  std::pair<std::int64_t, std::int64_t> result{-1, -1};
  const char* end = id.data() + id.size();
  const auto ms = std::from_chars(id.data(), end, result.first);
  if (ms.ec == std::errc() && ms.ptr != end) std::from_chars(ms.ptr + 1, end, result.second);
  return result;
}

}  // namespace

bool is_later_stream_id(const std::string& id, const std::string& than) { return parts(id) > parts(than); }

WallTime stream_id_time(const std::string& id) { return from_unix_ms(parts(id).first); }

std::string command_result(const ports::Command& command, const std::string& answer) {
  const nlohmann::json json = {
      {"id", command.stream_id}, {"verb", command.verb}, {"ok", !answer.starts_with("refused")}, {"message", answer}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace hotspot::daemon
