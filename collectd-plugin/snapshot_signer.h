// Signs snapshots: makes the fields that identify the sender in an entry of the stream (telemetry/envelope.h).
//
// Thread rule: any thread; it is immutable. Signing 100 KiB takes about half a millisecond.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/crypto/ed25519.h"

namespace hotspot::collector {

class SnapshotSigner {
 public:
  // boot: the number of this start of the collector, which only rises.
  SnapshotSigner(crypto::SigningKey key, std::string cluster, std::uint64_t boot);

  std::string fingerprint() const;
  // Names and values alternate. node: libvirt's host UUID; sequence: that of the snapshot.
  std::vector<std::string> fields(const std::string& node, std::uint64_t sequence, const std::string& snapshot) const;

 private:
  crypto::SigningKey key_;
  std::string cluster_, public_key_;
  std::uint64_t boot_;
};

}  // namespace hotspot::collector
