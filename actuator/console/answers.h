// Answers that are made by a worker: from what the feed has read, or from Redis.
//
// Thread rule: that of the connection.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "actuator/client/connection.h"
#include "actuator/console/feed.h"
#include "actuator/console/operations.h"
#include "actuator/console/reply.h"
#include "actuator/record/command.h"

namespace hotspot::console {

// Something to be read.
struct Question {
  Operation operation{};
  std::string name;  // from the path
  std::map<std::string, std::string> query;
  Feed::View view;
};
Reply answer(const Question& question, client::Connection& connection);

// What came of a command.
inline constexpr std::string_view kNotSent = "not sent", kDone = "done", kRefused = "refused", kSkipped = "skipped",
                                  kUnanswered = "unanswered", kUncertain = "perhaps sent";
struct Sent {
  Reply reply;
  std::string_view fate;  // one of these
};
Sent carry_out(const record::Command& command, client::Connection& connection);

}  // namespace hotspot::console
