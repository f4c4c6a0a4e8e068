// Where Redis is, and how we say who we are.
#pragma once

#include <cstddef>
#include <string>

#include "telemetry/units.h"

namespace hotspot::io {

struct RedisOptions {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string unix_socket;    // instead of host and port, if not empty
  std::string user;           // ACL user (Redis 6 and later); empty: the default user
  std::string password_file;  // read at each connect, so that a password can be changed; empty: no password
  // Connecting, AUTH included. Long enough for another continent; the loop waits no longer than this.
  Milliseconds connect_timeout{2000};
  // One command or pipeline, whole reply included.
  Milliseconds command_timeout{2000};
  std::string client_name = "hotspot";  // as CLIENT LIST shows it; no spaces
  // A reply above this is not taken in. More than the largest snapshot that the decoder accepts (64 MiB).
  std::size_t max_reply_bytes = 96u << 20;
};

// "127.0.0.1:6379" or "unix:/run/redis.sock", for messages.
std::string address_text(const RedisOptions& options);

}  // namespace hotspot::io
