// Redis streams as values: ids and entries.
//
// PURE.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actuator/record/stream_id.h"
#include "common/redis/reply.h"

namespace hotspot::io {

using record::predecessor;
using record::stream_id_from_string;
using record::StreamId;
using record::successor;

struct StreamEntry {
  std::string id;
  std::vector<std::pair<std::string, std::string>> fields;

  // Null if there is no such field.
  const std::string* find(std::string_view name) const;
};

// From the reply of XRANGE or XREVRANGE. Elements that are not entries are left out.
std::vector<StreamEntry> entries_from(redis::Reply&& reply);

struct StreamBatch {
  std::string key;
  std::vector<StreamEntry> entries;
};
// From the reply of XREAD; nil (nothing new) gives none.
std::vector<StreamBatch> batches_from(redis::Reply&& reply);

}  // namespace hotspot::io
