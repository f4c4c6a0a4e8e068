// A snapshot as one JSON object, and back. docs/snapshot.md is the description for other programs.
//
// encode() is total. SnapshotDecoder::decode() never throws and never trusts its input: what is cut off, too large, not
// JSON, of a higher schema or without what makes a snapshot is refused with a kind that is counted and a sentence.
// Unknown fields and unknown columns are skipped, null and missing values stay empty.
// A decoder keeps its buffers between calls; use one per thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "telemetry/result.h"
#include "telemetry/snapshot.h"

namespace hotspot::telemetry {

std::string encode(const NodeSnapshot& snapshot);

enum class DecodeFault { kNotJson, kTooLarge, kHigherSchema, kNotASnapshot };
const char* to_string(DecodeFault fault);  // "not_json", "too_large", "higher_schema", "not_a_snapshot"

struct DecodeError {
  DecodeFault fault;
  std::string message;
};

class SnapshotDecoder {
 public:
  static constexpr std::size_t kDefaultMaxBytes = 64u << 20;

  explicit SnapshotDecoder(std::size_t max_bytes = kDefaultMaxBytes);
  ~SnapshotDecoder();
  SnapshotDecoder(SnapshotDecoder&&) noexcept;
  SnapshotDecoder& operator=(SnapshotDecoder&&) noexcept;

  Result<NodeSnapshot, DecodeError> decode(std::string_view json);

 private:
  struct Parser;  // keeps simdjson out of this header
  std::unique_ptr<Parser> parser_;
  std::size_t max_bytes_;
};

}  // namespace hotspot::telemetry
