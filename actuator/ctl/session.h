// What every command of hotspotctl uses: the connection to Redis, the cluster, the output format.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actuator/client/connection.h"
#include "actuator/ctl/output.h"
#include "actuator/daemon/config.h"

namespace hotspot::ctl {

// Exit codes, the same for every command; exit_codes_text() and hotspotctl(1) list them. kNothing: what was named does
// not exist.
// kSkipped: nothing failed, and something was not done because it no longer holds.
enum Exit : int { kDone = 0, kFailed = 1, kUsage = 2, kNothing = 3, kSkipped = 4, kInterrupted = 130 };

struct Options {
  std::string config_path;  // empty: $HOTSPOT_CONFIG or the first of the usual places that exists
  std::string cluster;      // overrides the configuration, if not empty
  std::string redis;        // HOST:PORT[,…], unix:PATH or sentinel:MASTER@HOST:PORT[,…]; also overrides it
  Format format = Format::kTable;
};

// The names of all configured clusters; empty after printing what is wrong with the configuration.
std::vector<std::string> configured_clusters(const Options& options);

class Session {
 public:
  // Prints to standard error what is wrong with the configuration, and returns null.
  static std::unique_ptr<Session> open(const Options& options);

  client::Connection& connection() { return *connection_; }
  io::RedisOperator& redis() { return connection_->redis(); }
  const daemon::Config& config() const { return config_; }
  Format format() const { return format_; }
  WallTime now() const { return connection_->now(); }
  double now_seconds() const { return to_unix_seconds(now()); }
  Milliseconds steady() const { return connection_->steady(); }

  // Prints rows as a table or `json` unchanged, in the requested format. A list without rows is not an error: instead
  // of a table, `nothing` ("no holds") is printed to standard error. Always kDone.
  int show(const std::vector<Column>& columns, const std::vector<Cells>& rows, const nlohmann::json& json,
           const std::string& nothing) const;

 private:
  Session() = default;
  daemon::Config config_;
  Format format_ = Format::kTable;
  std::unique_ptr<client::Connection> connection_;
};

// Opens a session and runs the function. The content of Redis may be of another version or from strangers: if `run`
// meets JSON of an unexpected form, that is reported. Returns the exit code.
int in_session(const Options& options, const std::function<int(Session&)>& run);

// Prints that nobody has led this cluster yet. Returns kNothing.
int say_nobody_led(const Session& session);

// Prints "hotspotctl: message" to standard error. Returns kFailed.
int fail(const std::string& message);

}  // namespace hotspot::ctl
