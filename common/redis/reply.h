// A reply of Redis as a value. hiredis' own types stay inside wire.cc and hiredis_reply.cc.
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
  kAway,        // not connected, or the connection was lost; a command that was sent may or may not have run
  kTimedOut,    // no answer in time; the connection was closed, the command may or may not have run
  kRefused,     // Redis answered with an error; nothing was executed
  kTooLarge,    // the reply is larger than the limit; the connection was closed
  kInterrupted  // interrupt() was called
};

struct CommandError {
  Fault fault = Fault::kAway;
  std::string code;     // first word of an error reply, "NOSCRIPT"; otherwise empty
  std::string message;  // one sentence: which Redis, what is wrong, and what to do about it
};

}  // namespace hotspot::redis
