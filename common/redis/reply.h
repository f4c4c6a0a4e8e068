// What Redis answers, as a value. hiredis' own types stay inside redis_connection.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hotspot::redis {

using Command = std::vector<std::string>;

struct Reply {
  enum class Kind { kNil, kText, kInteger, kArray, kError };
  Kind kind = Kind::kNil;
  std::string text;  // kText; kError: the whole message, "NOPERM this user …"
  std::int64_t integer = 0;
  std::vector<Reply> elements;

  bool is_text() const { return kind == Kind::kText; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_error() const { return kind == Kind::kError; }
};

enum class Fault {
  kAway,        // not connected, or the connection was lost; if a command was sent, its fate is unknown
  kTimedOut,    // no answer in time; the connection was dropped, the command's fate is unknown
  kRefused,     // Redis answered with an error; nothing was done
  kTooLarge,    // the reply is larger than we take in; the connection was dropped
  kInterrupted  // interrupt() was called
};

struct CommandError {
  Fault fault = Fault::kAway;
  std::string code;     // first word of an error reply, "NOSCRIPT"; otherwise empty
  std::string message;  // one sentence: which Redis, what, and what to do about it
};

}  // namespace hotspot::redis
