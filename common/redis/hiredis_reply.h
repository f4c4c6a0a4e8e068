// hiredis' replies as values. For redis_wire.cc only.
#pragma once

#include <hiredis/hiredis.h>

#include "common/redis/reply.h"
#include "common/redis/reply_budget.h"

namespace hotspot::redis {

// From now on what `reader` reads becomes our values at once, as far as `budget` reaches; beyond it the reader fails,
// and the budget says that it is spent. Both must outlive the reader.
void build_replies(redisReader& reader, ReplyBudget& budget);

// What redisReaderGetReply() gave, which is freed.
Reply take_reply(void* raw);

}  // namespace hotspot::redis
