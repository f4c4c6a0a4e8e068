// Converts hiredis' replies to values. For wire.cc only.
#pragma once

#include <hiredis/hiredis.h>

#include "common/redis/reply.h"
#include "common/redis/reply_budget.h"

namespace hotspot::redis {

// From now on, what `reader` reads becomes a Reply at once, within `budget`. Beyond the budget the reader fails, and
// the budget is marked as spent. Both must outlive the reader.
void build_replies(redisReader& reader, ReplyBudget& budget);

// Takes ownership of what redisReaderGetReply() returned, and frees it.
Reply take_reply(void* raw);

}  // namespace hotspot::redis
