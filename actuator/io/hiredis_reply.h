// hiredis' replies as values. For redis_wire.cc only.
#pragma once

#include <hiredis/hiredis.h>

#include "actuator/io/redis/reply_budget.h"
#include "actuator/io/redis_reply.h"

namespace hotspot::io {

// From now on what `reader` reads becomes our values at once, as far as `budget` reaches; beyond it the reader fails,
// and the budget says that it is spent. Both must outlive the reader.
void build_replies(redisReader& reader, ReplyBudget& budget);

// What redisReaderGetReply() gave, which is freed.
RedisReply take_reply(void* raw);

}  // namespace hotspot::io
