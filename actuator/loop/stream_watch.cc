#include "actuator/loop/stream_watch.h"

#include <algorithm>

#include "common/text/duration.h"

namespace hotspot::loop {
namespace {

// A stream that is spoilt again and again is said again after such a while.
constexpr Milliseconds kSaidAgain{600'000};

std::string begun(const ports::StreamTrouble& trouble) {
  const std::string what = "the stream " + trouble.key + " has an id of the future, " + trouble.last_id +
                           ": somebody who may append to it has made one up, or Redis' clock was set back";
  if (!trouble.mended)
    return what + "; nothing of this stream may be lost, so it is not touched: rename it (RENAME " + trouble.key +
           " NEWNAME) as Redis' administrator, and it begins anew; docs/acl.md says who may write it";
  return what + "; it begins anew: " + std::to_string(trouble.kept) + " entries are carried over, " +
         std::to_string(trouble.lost) + " are gone. Change the password of who did that; docs/acl.md";
}

}  // namespace

std::vector<Said> StreamWatch::saw(const std::vector<ports::StreamTrouble>& troubles, WallTime now) {
  std::vector<Said> said;
  std::map<std::string, bool> found;
  for (const ports::StreamTrouble& trouble : troubles) {
    WatchedStream& stream = streams_[trouble.key];
    found[trouble.key] = true;
    if (!stream.lasts && (stream.times == 0 || now - stream.last_at > kSaidAgain))
      said.push_back({true, begun(trouble)});
    ++stream.times;
    stream.last_id = trouble.last_id;
    stream.last_at = now;
    stream.mended = trouble.mended;
    stream.lasts = !trouble.mended;
    stream.lost += trouble.lost;
  }
  for (auto& [key, stream] : streams_) {
    if (!stream.lasts || found.contains(key)) continue;
    stream.lasts = false;
    said.push_back({false, "the stream " + key + " has no id of the future any more"});
  }
  return said;
}

std::optional<Said> SilenceWatch::saw(std::size_t nodes, std::size_t stale, Milliseconds steady) {
  const std::size_t fresh = nodes - std::min(nodes, stale);
  const bool most_are_silent = nodes > 0 && 2 * stale > nodes;
  if (since_) {
    if (most_are_silent) return std::nullopt;
    const Milliseconds lasted = steady - *since_;
    since_.reset();
    fresh_before_ = fresh;
    return Said{false, "nodes are heard again: " + std::to_string(fresh) + " of " + std::to_string(nodes) +
                           " are fresh, after " + text::duration_text(lasted)};
  }
  if (!most_are_silent) {
    fresh_before_ = fresh;
    return std::nullopt;
  }
  // Nodes that were never fresh, as at a start, went nowhere.
  if (fresh_before_ == 0) return std::nullopt;
  since_ = steady;
  return Said{true,
              std::to_string(stale) + " of " + std::to_string(nodes) +
                  " nodes are stale at once, and nothing is acted upon there: look whether their collectors reach "
                  "Redis and may append to the stream snapshots, and at the clocks of nodes and hotspotd"};
}

}  // namespace hotspot::loop
