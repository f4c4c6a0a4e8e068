// A snapshot as an entry of the stream, while it waits and while it is sent.
//
// Thread rule: one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "collectd-plugin/publisher.h"
#include "collectd-plugin/snapshot_signer.h"
#include "common/redis/connection.h"

namespace hotspot::collector {

struct StreamEntry {
  redis::Command append;  // XADD …
  std::string node;
  std::uint64_t sequence = 0;
};

// Redis chooses the id (*) and trims entries older than `oldest`, in Unix ms.
StreamEntry stream_entry(const std::string& stream, WallTime oldest, Outgoing snapshot);
std::size_t snapshot_bytes(const StreamEntry& entry);
// Adds the fields of the signature. An entry that is signed already keeps them.
void sign(StreamEntry& entry, const SnapshotSigner& signer);

// Moves the commands out of the entries for as long as it exists: a pipeline needs them in one array.
class Commands {
 public:
  explicit Commands(std::vector<StreamEntry>& entries);
  ~Commands();
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;
  const std::vector<redis::Command>& all() const { return all_; }

 private:
  std::vector<StreamEntry>& entries_;
  std::vector<redis::Command> all_;
};

}  // namespace hotspot::collector
