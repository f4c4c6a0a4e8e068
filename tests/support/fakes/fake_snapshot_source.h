// A snapshot source that a test feeds. Delivers in the test's own thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "actuator/ports/snapshot_source.h"

namespace hotspot::fakes {

class FakeSnapshotSource : public ports::SnapshotSource {
 public:
  void start(ports::SourceListener listener, Milliseconds history, const std::string& after_command) override {
    listener_ = std::move(listener);
    started_ = true;
    history_ = history;
    after_command_ = after_command;
  }
  void stop() override { started_ = false; }

  bool started() const { return started_; }
  Milliseconds history() const { return history_; }
  const std::string& after_command() const { return after_command_; }

  // What arrives while nobody listens is lost, as with the real one before start().
  void push(telemetry::NodeSnapshot snapshot, WallTime received_at) {
    if (started_ && listener_.on_snapshots) listener_.on_snapshots({{std::move(snapshot), received_at}});
  }
  void push(ports::BadSnapshot bad) {
    if (started_ && listener_.on_bad_snapshot) listener_.on_bad_snapshot(std::move(bad));
  }
  void push(ports::Command command) {
    if (started_ && listener_.on_command) listener_.on_command(std::move(command));
  }
  void push(ports::SourceChange change) {
    if (started_ && listener_.on_change) listener_.on_change(std::move(change));
  }

 private:
  ports::SourceListener listener_;
  bool started_ = false;
  Milliseconds history_{0};
  std::string after_command_;
};

}  // namespace hotspot::fakes
