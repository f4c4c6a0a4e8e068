// The key with which a node signs its snapshots, and the number of the collector's start.
//
// The key (Ed25519, PKCS#8 in PEM) is created at the first start and kept. Beside it, in the file `boot` of the same
// directory, is the number of the start, which only rises: at least one more than the last, and at least the wall
// clock's milliseconds. A clock that was set back does not lower it. Reads and writes on disk, once, at the start.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collectd-plugin/snapshot_signer.h"
#include "telemetry/result.h"
#include "telemetry/units.h"

namespace hotspot::collector {

struct SigningOptions {
  std::string key_file;
  std::string cluster;
  WallTime now{};
};

struct Signing {
  std::shared_ptr<const SnapshotSigner> signer;
  std::vector<std::string> notes;     // the key's fingerprint; whether it was just created
  std::vector<std::string> warnings;  // the number of the start could not be saved
};

// An error is a sentence: the file is not a valid key, or others may know it; then nothing is signed. If the number of
// the start cannot be saved, there is only a warning, and the clock is used.
Result<Signing> begin_signing(const SigningOptions& options);

}  // namespace hotspot::collector
