#include "collectd-plugin/stream_entry.h"

#include <algorithm>
#include <iterator>

#include "telemetry/keyspace.h"

namespace hotspot::collector {
namespace {

constexpr std::size_t kSnapshotAt = 7, kUnsignedWords = kSnapshotAt + 1;

}  // namespace

StreamEntry stream_entry(const std::string& stream, WallTime oldest, Outgoing snapshot) {
  return {.append = {"XADD", stream, "MINID", "~", std::to_string(to_unix_ms(oldest)), "*", telemetry::kSnapshotField,
                     std::move(snapshot.snapshot)},
          .node = std::move(snapshot.node),
          .sequence = snapshot.sequence};
}

std::size_t snapshot_bytes(const StreamEntry& entry) { return entry.append[kSnapshotAt].size(); }

void sign(StreamEntry& entry, const SnapshotSigner& signer) {
  if (entry.append.size() > kUnsignedWords) return;
  auto fields = signer.fields(entry.node, entry.sequence, entry.append[kSnapshotAt]);
  std::move(fields.begin(), fields.end(), std::back_inserter(entry.append));
}

Commands::Commands(std::vector<StreamEntry>& entries) : entries_(entries) {
  all_.reserve(entries.size());
  for (StreamEntry& entry : entries_) all_.push_back(std::move(entry.append));
}

Commands::~Commands() {
  for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].append = std::move(all_[i]);
}

}  // namespace hotspot::collector
