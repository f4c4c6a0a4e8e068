// What a collector signs, and the fields of one entry of the stream `snapshots`.
//
// The signature (Ed25519, RFC 8032) covers the exact bytes of the snapshot and where it belongs: cluster, node, boot
// and sequence. It is therefore valid for no other cluster or node, and a replayed entry is recognised because (boot,
// sequence) only rises. PURE: signing and verifying are in common/crypto.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace hotspot::telemetry {

// Fields of a stream entry besides kSnapshotField. Unsigned entries have none of them.
inline constexpr const char* kNodeField = "node";            // libvirt host UUID, as in the snapshot
inline constexpr const char* kBootField = "boot";            // decimal
inline constexpr const char* kSequenceField = "sequence";    // decimal, as in the snapshot
inline constexpr const char* kKeyField = "key";              // the public key, base64 of its 32 bytes
inline constexpr const char* kSignatureField = "signature";  // base64 of its 64 bytes

// The position of a snapshot among all that its node's key ever signed.
struct Position {
  std::uint64_t boot = 0;      // rises with each start of the collector; kept in a file beside the key
  std::uint64_t sequence = 0;  // counts the reads since that start, from 1
  auto operator<=>(const Position&) const = default;
};

// The bytes that are signed. Neither cluster nor node may contain a newline: both are checked when they are read.
std::string signed_text(std::string_view cluster, std::string_view node, const Position& position,
                        std::string_view snapshot);

}  // namespace hotspot::telemetry
