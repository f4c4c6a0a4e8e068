// The chain of decisions: each entry of the stream `decisions` names the one before by number and hash.
//
// An entry has the fields `decision` (JSON) and `previous` ("NUMBER:HASH" of the entry before; of the first one
// kChainBegin). Its number is one more, its hash the SHA-256 of both values, each with a newline after it. `state` has
// "NUMBER:HASH" of the last entry (kDecisionHeadField), of the last one that was trimmed (kDecisionAnchorField), and of
// the last one when the stream was rewritten because of ids of the future (kDecisionRestartField): of those up to it,
// some may be missing. Entries of versions before have no field `previous`. PURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotspot::record {

inline constexpr const char* kPreviousField = "previous";
inline constexpr const char* kDecisionHeadField = "decision_head";
inline constexpr const char* kDecisionAnchorField = "decision_anchor";
inline constexpr const char* kDecisionRestartField = "decision_restart";
inline constexpr std::int64_t kMostDecisions = 999'999'999'999'999;  // the greatest number: 15 digits
inline constexpr std::size_t kHashDigits = 64;

// A decision by its place in the chain.
struct DecisionHead {
  std::int64_t number = 0;
  std::string hash = std::string(kHashDigits, '0');  // lower-case digits
  bool operator==(const DecisionHead&) const = default;
};

std::string to_string(const DecisionHead& head);  // "17:HASH"
// Strict: digits without leading zeros, a colon, 64 lower-case hexadecimal digits. The hash of number 0 is zero.
std::optional<DecisionHead> decision_head_from_string(std::string_view text);

// What the hash of an entry is taken of.
std::string hashed_text(std::string_view decision, std::string_view previous);

}  // namespace hotspot::record
