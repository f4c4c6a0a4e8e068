// TLS on a connected socket, by OpenSSL and hiredis 1.0 or later. For redis_wire.cc only.
#pragma once

#include <functional>
#include <string>

#include "common/redis/options.h"

struct redisContext;

namespace hotspot::redis {

// Does the handshake on a context that does not block. The server's certificate must lead to the authority and name the
// server (RFC 6125): hiredis alone, before 1.4, does not look at the name. `wait` waits for the socket's poll events;
// where it says false we give up and return "". Otherwise returns what is wrong, "" if nothing.
std::string start_tls(redisContext& context, const Tls& tls, const std::string& host,
                      const std::function<bool(short events)>& wait);

}  // namespace hotspot::redis
