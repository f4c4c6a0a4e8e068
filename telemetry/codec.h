// A snapshot as one JSON object, and back. docs/snapshot.md is the description for other programs.
//
// encode() is total. SnapshotDecoder::decode() never throws and never trusts its input: what is cut off, too large, not
// JSON, of a higher schema, of more parts than a node has (snapshot_limits.h) or without what makes a snapshot is
// refused with a kind that is counted and a sentence. Single values that cannot be are made absent (plausible.h).
// Unknown fields and unknown columns are skipped, null and missing values stay empty.
// A decoder keeps its buffers between calls; use one per thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "telemetry/result.h"
#include "telemetry/snapshot.h"
#include "telemetry/snapshot_limits.h"

namespace hotspot::telemetry {

std::string encode(const NodeSnapshot& snapshot);

enum class DecodeFault { kNotJson, kTooLarge, kHigherSchema, kNotASnapshot, kTooMany, kOutOfRange };
const char* to_string(DecodeFault fault);  // "not_json", "too_large", "higher_schema", "not_a_snapshot", …

struct DecodeError {
  DecodeFault fault;
  std::string message;
};

class SnapshotDecoder {
 public:
  explicit SnapshotDecoder(const SnapshotLimits& limits = {});
  ~SnapshotDecoder();
  SnapshotDecoder(SnapshotDecoder&&) noexcept;
  SnapshotDecoder& operator=(SnapshotDecoder&&) noexcept;

  Result<NodeSnapshot, DecodeError> decode(std::string_view json);

 private:
  struct Parser;  // keeps simdjson out of this header
  std::unique_ptr<Parser> parser_;
  SnapshotLimits limits_;
};

}  // namespace hotspot::telemetry
