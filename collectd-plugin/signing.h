// With what, and as which start of the collector, a node signs its snapshots.
//
// The key (Ed25519, PKCS#8 in PEM) is made at the first start and stays; beside it, in the file `boot` of the same
// folder, is the number of the start, which only rises: one more than the last, and at least the wall clock's
// milliseconds, so that a clock that was set back does not lower it. Reads and writes on disk, once, at the start.
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
  std::vector<std::string> notes;     // the key's fingerprint; that it was made just now
  std::vector<std::string> warnings;  // the number of the start is not kept
};

// An error, a sentence: the file is no key of ours, or one that others may know; then nothing is signed. A number of
// the start that cannot be kept is only warned of: it is the clock's then.
Result<Signing> begin_signing(const SigningOptions& options);

}  // namespace hotspot::collector
