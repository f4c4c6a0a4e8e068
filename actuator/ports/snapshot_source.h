// Where snapshots and commands come from. A body reads in a thread of its own and hands over what arrived.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/record/command.h"
#include "telemetry/codec.h"
#include "telemetry/envelope.h"
#include "telemetry/snapshot.h"

namespace hotspot::ports {

// What an entry of the stream says besides its snapshot; the signature was checked over the snapshot's exact bytes.
struct Envelope {
  enum class Seal {
    kNone,  // it is not signed
    kGood,  // by `key`, whoever that is
    kBad    // the signature or a field of the envelope is wrong; `problem` says what
  };
  Seal seal = Seal::kNone;
  std::string key;          // base64
  std::string fingerprint;  // of the key, "SHA256:…"
  std::string node;         // the host UUID that was signed
  telemetry::Position position;
  std::string problem;
};

struct Arrival {
  telemetry::NodeSnapshot snapshot;
  WallTime received_at{};
  Envelope envelope = {};
  std::string stream_id = {};
  std::size_t bytes = 0;  // that it takes in memory, about
};

// An entry of the snapshots stream that could not be used. The entry is skipped; the fault is counted and named.
struct BadSnapshot {
  std::string stream_id;
  telemetry::DecodeError error;
  WallTime received_at{};
};

// What an operator asked for: an entry of the stream `commands` or `commands:admin`, as it stands there.
struct Command {
  std::string stream_id;
  std::string verb;  // "mode", "reload", …
  std::map<std::string, std::string> arguments;
  WallTime received_at{};
  record::Channel channel = record::Channel::kOperator;
  std::string problem = {};  // why it cannot be carried out, whatever it says: too large, a field twice; empty: it can
  WallTime store_time{};     // the store's own clock when it was received; not set: ours
};

struct SourceChange {
  bool connected = false;
  std::string message;  // one sentence for the log: away since when and why, or back after how long
};

// Called from the source's thread, one call at a time.
struct SourceListener {
  std::function<void(std::vector<Arrival>)> on_snapshots;
  std::function<void(BadSnapshot)> on_bad_snapshot;
  std::function<void(Command)> on_command;
  std::function<void(SourceChange)> on_change;
};

class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  // Begins to read: the snapshots of the last `history`, then whatever comes; the commands from `after_command` on
  // ("" for those that come from now on).
  virtual void start(SourceListener listener, Milliseconds history, const std::string& after_command) = 0;
  virtual void stop() = 0;  // returns when the listener will not be called any more
};

}  // namespace hotspot::ports
