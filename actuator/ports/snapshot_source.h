// Where snapshots and commands come from. An implementation reads in a thread of its own and passes on what arrives.
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

// What an entry of the stream contains besides its snapshot; the signature was verified over the snapshot's exact
// bytes.
struct Envelope {
  enum class Seal {
    kNone,  // it is not signed
    kGood,  // by `key`, whoever owns that
    kBad    // the signature or a field of the envelope is wrong; `problem` says what
  };
  Seal seal = Seal::kNone;
  std::string key;          // base64
  std::string fingerprint;  // of the key, "SHA256:…"
  std::string node;         // the host UUID that is signed
  telemetry::Position position;
  std::string problem;
};

struct Arrival {
  telemetry::NodeSnapshot snapshot;
  WallTime received_at{};
  Envelope envelope = {};
  std::string stream_id = {};
  std::size_t bytes = 0;  // memory use, roughly
};

// An unusable entry of the snapshots stream. It is skipped, and the fault is counted by name.
struct BadSnapshot {
  std::string stream_id;
  telemetry::DecodeError error;
  WallTime received_at{};
};

// An operator's request: an entry of the stream `commands` or `commands:admin`, unmodified.
struct Command {
  std::string stream_id;
  std::string verb;  // "mode", "reload", …
  std::map<std::string, std::string> arguments;
  WallTime received_at{};
  record::Channel channel = record::Channel::kOperator;
  std::string problem = {};  // why it cannot be executed: too large, a repeated field; empty: it can
  WallTime store_time{};     // the store's clock when it was received; not set: ours
};

struct SourceChange {
  bool connected = false;
  std::string message;  // one sentence for the log: unreachable since when and why, or back after how long
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
  // Starts to read: the snapshots of the last `history`, then whatever arrives; the commands after `after_command` (""
  // for those from now on).
  virtual void start(SourceListener listener, Milliseconds history, const std::string& after_command) = 0;
  virtual void stop() = 0;  // returns when the listener will not be called any more
};

}  // namespace hotspot::ports
