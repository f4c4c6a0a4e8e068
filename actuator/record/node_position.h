// How far the signed snapshots of each admitted node have come: the field `positions` of the hash `state`.
//
// PURE. What is read is never trusted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "actuator/record/stream_id.h"
#include "telemetry/envelope.h"
#include "telemetry/result.h"

namespace hotspot::record {

struct NodePosition {
  std::string id, fingerprint;  // of the node, and of the key that signed
  telemetry::Position position;
  StreamId at;  // the entry of the stream that had it
};

inline constexpr std::size_t kMostNodePositions = 40'000;

// A list [id, fingerprint, boot, sequence, and the two numbers of the stream id] for each.
std::string to_json(const std::vector<NodePosition>& all);
Result<std::vector<NodePosition>> node_positions_from_json(std::string_view json);  // "" is none

}  // namespace hotspot::record
