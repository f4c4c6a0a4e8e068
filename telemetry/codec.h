// Encodes a snapshot as one JSON object, and decodes it. docs/snapshot.md describes the format for other programs.
//
// encode() is total. SnapshotDecoder::decode() never throws and never trusts its input. It refuses, with a kind that is
// counted and a sentence, whatever is truncated, too large, not JSON, of a higher schema, larger than any node
// (snapshot_limits.h) or incomplete. Single values that are impossible are made absent (plausible.h). Unknown fields
// and columns are skipped; null and missing values stay empty.
// A decoder keeps its buffers between calls. Thread rule: one decoder per thread.
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
