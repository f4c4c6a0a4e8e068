// TLS on a connected socket, with OpenSSL and hiredis 1.0 or later. For wire.cc only.
#pragma once

#include <functional>
#include <string>

#include "common/redis/options.h"

struct redisContext;

namespace hotspot::redis {

// Does the handshake on a non-blocking context. The server's certificate must chain to the authority and name the
// server (RFC 6125); hiredis before 1.4 does not check the name. `wait` waits for the socket's poll events; if it
// returns false, the handshake is given up and "" is returned. Otherwise returns what is wrong, "" if nothing is.
std::string start_tls(redisContext& context, const Tls& tls, const std::string& host,
                      const std::function<bool(short events)>& wait);

}  // namespace hotspot::redis
