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

// Its id is Redis's own (*), and Redis forgets what is older than `oldest`, in Unix ms.
StreamEntry stream_entry(const std::string& stream, WallTime oldest, Outgoing snapshot);
std::size_t snapshot_bytes(const StreamEntry& entry);
// Adds the fields that go with a signature. What is signed keeps what it has.
void sign(StreamEntry& entry, const SnapshotSigner& signer);

// Takes the commands out of the entries for as long as it lives: a pipeline wants them side by side.
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
