// hiredis' replies as values. For redis_connection.cc only.
#pragma once

#include <hiredis/hiredis.h>

#include "actuator/io/redis_reply.h"

namespace hotspot::io {

// Frees `raw`.
RedisReply take_reply(redisReply* raw);

}  // namespace hotspot::io
